import type { By } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { announce, dropStep, enqueue, planStep } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { remember } from './booking-history.js';
import type { BookingChange } from './booking-history.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { sourcesOf } from './booking.states.js';
import { markMachine } from './downtime/mark-machine.js';
import { bookingClosed, bookingDue } from './bookings.messages.js';
import { freeTimeOf } from './waiting-list/free-time.js';

export interface MovedBooking {
  readonly id: string;
  readonly machineId: string;
  readonly machineName: string;
  readonly kind: CalendarKind;
  /** Null: the machine's own downtime. */
  readonly memberId: string | null;
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
      lower(occupied) + interval '1 millisecond', least(upper(occupied), now() + (upper(occupied) - ends_at))))`,
};

/** What the waiting list may have a use for. */
const freeing: ReadonlySet<BookingState> = new Set([
  'completed',
  'rejected',
  'cancelled',
  'expired',
  'missed',
]);

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
  change?: BookingChange,
): Promise<MovedBooking | null> {
  await takeTurn(sql, id);
  const moved = await sql.row<MovedBooking>(
    `UPDATE bookings b SET state = $2, version = b.version + 1${changes[to] ?? ''}
       FROM machines m, labs l
      WHERE b.id = $1 AND b.state = ANY($3) AND (b.kind <> 'offer' OR $2 <> 'confirmed') AND m.id = b.machine_id AND l.id = m.lab_id
      RETURNING b.id, b.machine_id AS "machineId", m.name AS "machineName", b.kind,
                b.member_id AS "memberId",
                b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.state,
                b.starts_at <= now() AS opened, l.slug AS lab`,
    [id, to, sourcesOf(to)],
  );
  if (!moved) return null;
  await remember(sql, { id, state: to, by, reason, ...(change ? { change } : {}) });
  await announce(sql, { type: `booking.${to}`, id, labSlug: moved.lab, kind: 'booking' });
  await markMachine(sql, moved);
  await planNext(sql, moved);
  if (freeing.has(to)) await freeTimeOf(sql, moved);
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
  change?: BookingChange,
): Promise<MovedBooking> {
  const moved = await moveBooking(sql, id, to, by, reason, change);
  if (moved) return moved;
  const present = await sql.row<{ state: string }>('SELECT state FROM bookings WHERE id = $1', [
    id,
  ]);
  if (!present) throw new DomainError('booking.unknown');
  throw new DomainError('booking.state', { state: present.state });
}

export type Planned = Pick<MovedBooking, 'id' | 'state' | 'opened' | 'startsAt' | 'endsAt'> & {
  readonly holdUntil?: Date | null;
};

/** Plans the next instant of a booking, or closes it where there is none. */
export async function planNext(sql: Sql, booking: Planned): Promise<void> {
  const key = `step:booking:${booking.id}`;
  const at = nextInstant(booking);
  if (at === 'none') {
    await dropStep(sql, key);
    await enqueue(sql, bookingClosed, `booking:${booking.id}`, { bookingId: booking.id });
  } else if (at) {
    await planStep(sql, bookingDue, key, at, { bookingId: booking.id });
  }
}

/** When something is due next; `none` where the booking is over; null: it is planned already. */
export function nextInstant({ state, opened, startsAt, endsAt, holdUntil }: Planned) {
  switch (state) {
    case 'confirmed':
      return opened ? new Date(0) : startsAt;
    case 'checked_in':
      return endsAt;
    case 'requested':
      return holdUntil ?? null;
    default:
      return 'none';
  }
}
