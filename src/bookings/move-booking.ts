import type { By } from '../people/actor.js';
import { bySystem } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { announce, dropStep, enqueue, planStep } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import type { BookingState } from './booking.states.js';
import { sourcesOf } from './booking.states.js';
import { bookingClosed, bookingDue, bookingOpened } from './bookings.messages.js';

export interface MovedBooking {
  readonly id: string;
  readonly machineId: string;
  readonly memberId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: BookingState;
  readonly opened: boolean;
  readonly lab: string;
}

/** What each new state adds to the row. Freed time goes back to others at once. */
const changes: Partial<Record<BookingState, string>> = {
  confirmed: ', hold_until = NULL',
  completed: `, occupied = tstzrange(lower(occupied), greatest(
      lower(occupied) + interval '1 second', least(upper(occupied), now() + (upper(occupied) - ends_at))))`,
};

/**
 * Moves a booking by compare and set, with its history, its change and its next step in the same
 * transaction. Null when it is not in a state from which it may move.
 */
export async function moveBooking(
  sql: Sql,
  id: string,
  to: BookingState,
  by: By,
  reason: string | null = null,
): Promise<MovedBooking | null> {
  await takeTurn(sql, id);
  const moved = await sql.row<MovedBooking>(
    `UPDATE bookings b SET state = $2, version = version + 1${changes[to] ?? ''}
       FROM machines m, labs l
      WHERE b.id = $1 AND b.state = ANY($3) AND m.id = b.machine_id AND l.id = m.lab_id
      RETURNING b.id, b.machine_id AS "machineId", b.member_id AS "memberId",
                b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.state,
                b.starts_at <= now() AS opened, l.slug AS lab`,
    [id, to, sourcesOf(to)],
  );
  if (!moved) return null;
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason)
     VALUES ($1, $2, $3, $4, $5)`,
    [id, to, by.kind, by.id, reason],
  );
  await announce(sql, { type: `booking.${to}`, id, labSlug: moved.lab, kind: 'booking' });
  await planNext(sql, moved);
  return moved;
}

/**
 * An update re-enters the exclusion constraint: in a rush, rivals for a machine take their turn
 * here, before they lock any booking's row.
 */
async function takeTurn(sql: Sql, id: string): Promise<void> {
  await sql.run(
    `SELECT pg_advisory_xact_lock(hashtextextended(machine_id::text, 1)) FROM bookings WHERE id = $1`,
    [id],
  );
}

/** The same, where a wrong state is the asker's problem. @throws booking.state, booking.unknown */
export async function moveBookingOrRefuse(
  sql: Sql,
  id: string,
  to: BookingState,
  by: By,
  reason: string | null = null,
): Promise<MovedBooking> {
  const moved = await moveBooking(sql, id, to, by, reason);
  if (moved) return moved;
  const present = await sql.row<{ state: string }>('SELECT state FROM bookings WHERE id = $1', [
    id,
  ]);
  if (!present) throw new DomainError('booking.unknown');
  throw new DomainError('booking.state', { state: present.state });
}

async function planNext(sql: Sql, booking: MovedBooking): Promise<void> {
  const key = `step:booking:${booking.id}`;
  switch (booking.state) {
    case 'confirmed':
      await planStep(sql, bookingDue, key, booking.opened ? new Date(0) : booking.startsAt, {
        bookingId: booking.id,
      });
      return;
    case 'checked_in':
      await planStep(sql, bookingDue, key, booking.endsAt, { bookingId: booking.id });
      return;
    case 'requested':
      return;
    default:
      await dropStep(sql, key);
      await enqueue(sql, bookingClosed, `booking:${booking.id}`, { bookingId: booking.id });
  }
}

/**
 * What an instant of a booking brings, judged by PostgreSQL's clock; safe to ask at any time
 * and as often as one likes.
 */
export async function stepBooking(sql: Sql, id: string): Promise<void> {
  await takeTurn(sql, id);
  const due = await sql.row<{
    state: BookingState;
    endsAt: Date;
    holdOver: boolean;
    opened: boolean;
    over: boolean;
  }>(
    `SELECT state, ends_at AS "endsAt", coalesce(hold_until <= now(), false) AS "holdOver",
            starts_at <= now() AS opened, ends_at <= now() AS over
       FROM bookings WHERE id = $1 FOR UPDATE`,
    [id],
  );
  if (!due) return;
  if (due.state === 'requested' && due.holdOver) {
    await moveBooking(sql, id, 'expired', bySystem);
  } else if (due.state === 'confirmed' && due.over) {
    await moveBooking(sql, id, 'missed', bySystem);
  } else if (due.state === 'confirmed' && due.opened) {
    await enqueue(sql, bookingOpened, `booking:${id}`, { bookingId: id });
    await planStep(sql, bookingDue, `step:booking:${id}`, due.endsAt, { bookingId: id });
  } else if (due.state === 'checked_in' && due.over) {
    // A run may still be going: whoever drives it ends the booking with it.
    await enqueue(sql, bookingClosed, `booking:${id}`, { bookingId: id });
  }
}
