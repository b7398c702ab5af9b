import type { By } from '../people/actor.js';
import { sqlState } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { announce, planStep } from '../platform/outbox/outbox.js';
import type { CalendarKind } from './booking.states.js';
import { bookingDue } from './bookings.messages.js';
import { lockMachineOf } from './lock-machine.js';

/** Who comes next and stands in the way. */
export interface NextBooking {
  readonly id: string;
  readonly kind: CalendarKind;
  readonly memberId: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export type Extended = 'extended' | NextBooking;

/** Gives a booking under way until `end`, with its clean-up, unless somebody comes before. */
export async function extendBooking(sql: Sql, id: string, end: Date, by: By): Promise<Extended> {
  await lockMachineOf(sql, id);
  for (;;) {
    const next = await sql.row<NextBooking>(nextInTheWay, [id, end]);
    if (next) return next;
    if (await prolong(sql, id, end, by)) return 'extended';
  }
}

const nextInTheWay = `
  SELECT n.id, n.kind, n.member_id AS "memberId", n.starts_at AS "startsAt", n.ends_at AS "endsAt"
    FROM bookings b JOIN bookings n ON n.machine_id = b.machine_id AND n.id <> b.id
     AND n.occupied && tstzrange(lower(b.occupied),
                                 $2::timestamptz + greatest(upper(b.occupied) - b.ends_at, interval '0'))
     AND n.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
   WHERE b.id = $1 ORDER BY n.starts_at LIMIT 1`;

/** False when somebody took the time in between: whoever places does not wait for our lock. */
async function prolong(sql: Sql, id: string, end: Date, by: By): Promise<boolean> {
  await sql.run('SAVEPOINT prolong');
  let changed: { lab: string } | null;
  try {
    changed = await sql.row<{ lab: string }>(
      `UPDATE bookings b SET ends_at = $2, version = b.version + 1,
              occupied = tstzrange(lower(occupied), $2 + greatest(upper(occupied) - ends_at, interval '0'))
         FROM machines m, labs l
        WHERE b.id = $1 AND b.state = 'checked_in' AND b.ends_at < $2
          AND m.id = b.machine_id AND l.id = m.lab_id
       RETURNING l.slug AS lab`,
      [id, end],
    );
  } catch (error) {
    if (sqlState(error) !== '23P01') throw error;
    await sql.run('ROLLBACK TO SAVEPOINT prolong');
    return false;
  }
  if (!changed) return true;
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason)
     VALUES ($1, 'checked_in', $2, $3, $4)`,
    [id, by.kind, by.id, `extended to ${end.toISOString()}: the run takes longer`],
  );
  await announce(sql, { type: 'booking.changed', id, labSlug: changed.lab, kind: 'booking' });
  await planStep(sql, bookingDue, `step:booking:${id}`, end, { bookingId: id });
  return true;
}
