import type { By } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import type { BookingChange } from '../booking-history.js';
import { sourcesOf } from '../booking.states.js';
import { freeTimes } from '../waiting-list/free-time.js';
import type { LockedOccurrence } from './locked-series.js';
import { recordTogether } from './record-together.js';
import type { Recorded } from './record-together.js';

interface Deed {
  readonly by: By;
  readonly reason: string | null;
  readonly change?: (booking: LockedOccurrence) => BookingChange;
}

/** As `moveBooking` does with one: the locked bookings of one machine, in one statement. */
export async function moveTogether(
  sql: Sql,
  bookings: readonly LockedOccurrence[],
  to: 'confirmed' | 'rejected' | 'cancelled',
  { by, reason, change }: Deed,
): Promise<void> {
  const moved = await sql.rows<{ id: string }>(
    `UPDATE bookings SET state = $2, version = version + 1,
            hold_until = CASE WHEN $2 = 'confirmed' THEN NULL ELSE hold_until END
      WHERE id = ANY($1) AND state = ANY($3) RETURNING id`,
    [bookings.map(({ id }) => id), to, sourcesOf(to)],
  );
  const ids = new Set(moved.map(({ id }) => id));
  const changed = bookings.filter(({ id }) => ids.has(id));
  const recorded = changed.map((booking): Recorded => {
    const { id, lab, startsAt, endsAt, begun: opened } = booking;
    const about = { id, lab, startsAt, endsAt, opened, state: to };
    return change ? { ...about, change: change(booking) } : about;
  });
  await recordTogether(sql, recorded, { by, reason });
  const [first] = changed;
  if (first && to !== 'confirmed') await freeTimes(sql, first.machineId, changed);
}
