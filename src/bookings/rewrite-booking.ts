import type { Interval } from '../machines/opening-hours.rules.js';
import type { MachineRules } from '../machines/machine-facts.js';
import type { By } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { announce } from '../platform/outbox/outbox.js';
import type { BookingChange } from './booking-history.js';
import { remember } from './booking-history.js';
import { holdUntil } from './booking.rules.js';
import type { BookingState } from './booking.states.js';
import type { LockedBooking } from './locked-booking.js';
import { planNext } from './move-booking.js';
import { freeTime } from './waiting-list/free-time.js';

export interface Rewrite extends Interval {
  readonly state: BookingState;
  readonly purpose: string | null;
}

/**
 * Gives a locked booking other times. The exclusion constraint decides: its 23P01 is "taken", and
 * ends the transaction.
 */
export async function rewriteBooking(
  sql: Sql,
  present: LockedBooking,
  { startsAt, endsAt, state, purpose }: Rewrite,
  { rules, now }: { readonly rules: MachineRules; readonly now: Date },
  deed: { readonly by: By; readonly reason?: string | null; readonly undo?: true },
): Promise<void> {
  const { id, lab } = present;
  const hold = state === 'requested' ? holdUntil({ startsAt, endsAt }, now) : null;
  const row = await sql.row<{ opened: boolean }>(
    `UPDATE bookings SET starts_at = $2, ends_at = $3, occupied = tstzrange($4, $5), state = $6,
            hold_until = $7, purpose = $8, version = version + 1
      WHERE id = $1 RETURNING starts_at <= now() AS opened`,
    [
      id,
      startsAt,
      endsAt,
      new Date(startsAt.getTime() - rules.setup * 1_000),
      new Date(endsAt.getTime() + rules.cleanup * 1_000),
      state,
      hold,
      purpose,
    ],
  );
  const change: BookingChange = {
    moved: { from: kept(present), to: kept({ startsAt, endsAt }) },
    ...(deed.undo ? { undo: true } : {}),
  };
  await remember(sql, { id, state, by: deed.by, reason: deed.reason ?? null, change });
  await announce(sql, { type: 'booking.changed', id, labSlug: lab, kind: 'booking' });
  await freeTime(sql, present.machineId, present);
  const opened = row?.opened ?? false;
  await planNext(sql, { id, state, startsAt, endsAt, opened, holdUntil: hold });
}

export function kept({ startsAt, endsAt }: Interval) {
  return { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
}
