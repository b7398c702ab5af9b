import type { By } from '../people/actor.js';
import { sqlState } from '../platform/database/database.js';
import type { Database, Sql } from '../platform/database/database.js';
import { enqueue } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { bookingOpened } from './bookings.messages.js';
import { lockMachineOf } from './lock-machine.js';
import { moveBookingOrRefuse } from './move-booking.js';

/** Who comes a little early finds the machine free more often than not. */
export const earlyCheckIn = '10 minutes';

interface Facts {
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly inTime: boolean;
  readonly early: boolean;
  /** Somebody else is still at it, within their time or beyond. */
  readonly taken: boolean;
}

/**
 * Checks a member in: in the slot, or a few minutes before it where the machine is free, and
 * then the slot begins at once. @throws booking.state, booking.machine_taken, booking.unknown
 */
export async function checkIn(database: Database, id: string, by: By): Promise<void> {
  try {
    await database.transaction((sql) => takeMachine(sql, id, by));
  } catch (error) {
    // The slot before still holds the machine.
    if (sqlState(error) === '23P01') throw new DomainError('booking.machine_taken');
    throw error;
  }
}

async function takeMachine(sql: Sql, id: string, by: By): Promise<void> {
  await lockMachineOf(sql, id);
  const facts = await sql.row<Facts>(
    `SELECT b.kind, b.state, b.starts_at > now() AS early,
            b.starts_at - interval '${earlyCheckIn}' <= now() AND now() < b.ends_at AS "inTime",
            EXISTS (SELECT 1 FROM bookings o WHERE o.machine_id = b.machine_id AND o.id <> b.id
                     AND o.state = 'checked_in') AS taken
       FROM bookings b WHERE b.id = $1`,
    [id],
  );
  if (!facts) throw new DomainError('booking.unknown');
  const { kind, state, inTime, early, taken } = facts;
  if (kind !== 'booking' || state !== 'confirmed' || !inTime)
    throw new DomainError('booking.state', { state });
  if (early) {
    if (taken) throw new DomainError('booking.machine_taken');
    await sql.run(
      `UPDATE bookings SET starts_at = now(),
              occupied = tstzrange(least(lower(occupied), now()), upper(occupied)) WHERE id = $1`,
      [id],
    );
  }
  await moveBookingOrRefuse(sql, id, 'checked_in', by);
  // The step that was planned for the start is gone: a job that waits for it must know.
  if (early) await enqueue(sql, bookingOpened, `booking:${id}`, { bookingId: id });
}
