import { v7 as uuid } from 'uuid';
import type { Interval } from '../machines/opening-hours.rules.js';
import type { Sql } from '../platform/database/database.js';
import type { BookableMachine } from './booking-facts.js';
import type { BookingRow } from './booking-view.js';
import { holdUntil } from './booking.rules.js';
import { bookingDue } from './bookings.messages.js';

export interface NewBooking extends Interval {
  readonly memberId: string;
  readonly state: 'confirmed' | 'requested';
  readonly purpose: string | null;
  readonly projectId: string | null;
  /** Which occurrence of which series it is. */
  readonly series?: { readonly id: string; readonly occurrence: string };
}

export type Inserted = Pick<BookingRow, 'id' | 'createdAt' | 'memberName'>;

/**
 * The booking with its history, its change and its next step. Null when the slot is taken: ON
 * CONFLICT keeps a rush from ending in deadlocks, and the relay is the caller's to wake.
 */
export async function insertBooking(
  sql: Sql,
  machine: BookableMachine,
  booking: NewBooking,
  actorId: string,
  now: Date,
): Promise<Inserted | null> {
  const id = uuid();
  const { memberId, startsAt, endsAt, state, purpose, projectId, series } = booking;
  const hold = state === 'confirmed' ? null : holdUntil({ startsAt, endsAt }, now);
  const change = { type: `booking.${state}`, id, lab: machine.lab, kind: 'booking' };
  const [row] = await sql.prepared<Inserted>(placing, [
    id,
    machine.id,
    memberId,
    startsAt,
    endsAt,
    new Date(startsAt.getTime() - machine.rules.setup * 1_000),
    new Date(endsAt.getTime() + machine.rules.cleanup * 1_000),
    state,
    purpose,
    hold,
    actorId,
    `booking:${id}`,
    change.type,
    JSON.stringify(change),
    JSON.stringify({ bookingId: id }),
    hold ?? startsAt,
    projectId,
    series?.id ?? null,
    series?.occurrence ?? null,
  ]);
  return row ?? null;
}

// Booking, history, change and next step stand or fall in one statement, one round trip.
const placing = {
  name: 'place-booking',
  text: `
  WITH placed AS (
    INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state, purpose,
                          hold_until, created_by, project_id, series_id, occurrence)
    VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7), $8, $9, $10, $11, $17, $18, $19)
    ON CONFLICT DO NOTHING
    RETURNING id, created_at),
  remembered AS (
    INSERT INTO booking_history (booking_id, state, actor_kind, actor_id)
    SELECT id, $8, 'member', $11 FROM placed),
  owed AS (
    INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
    SELECT 'change', $12, $13, $14::jsonb, NULL, now() FROM placed
    UNION ALL
    SELECT 'queue', 'step:' || $12, '${bookingDue.name}', $15::jsonb, 'step:' || $12, $16::timestamptz FROM placed)
  SELECT placed.id, placed.created_at AS "createdAt", m.name AS "memberName"
    FROM placed JOIN members m ON m.id = $3`,
};
