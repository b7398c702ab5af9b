import { effectiveRules, joinTypeRules } from '../machines/inherited-rules.js';
import { bySystem } from '../people/actor.js';
import { tellMember } from '../people/tell-member.js';
import type { Sql } from '../platform/database/database.js';
import { enqueue, planStep } from '../platform/outbox/outbox.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { bookingClosed, bookingDue, bookingOpened } from './bookings.messages.js';
import { isDowntime } from './downtime/mark-machine.js';
import { lockMachineOf } from './lock-machine.js';
import { moveBooking } from './move-booking.js';

interface Due {
  readonly id: string;
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly holdOver: boolean;
  readonly opened: boolean;
  readonly over: boolean;
  /** When nobody having come makes it missed; null: not before its end. */
  readonly graceEnds: Date | null;
  readonly graceOver: boolean;
}

/**
 * What an instant of a booking brings, judged by PostgreSQL's clock; safe to ask at any time
 * and as often as one likes.
 */
export async function stepBooking(sql: Sql, id: string): Promise<void> {
  await lockMachineOf(sql, id);
  const due = await sql.row<Due>(dueBooking, [id]);
  if (!due) return;
  if (due.state === 'requested' && due.holdOver) {
    await moveBooking(sql, id, 'expired', bySystem);
  } else if (isDowntime(due.kind)) {
    await stepDowntime(sql, due);
  } else if (due.state === 'confirmed' && (due.over || due.graceOver)) {
    await missBooking(sql, id);
  } else if (due.state === 'confirmed' && due.opened) {
    await enqueue(sql, bookingOpened, `booking:${id}`, { bookingId: id });
    await planStep(sql, bookingDue, `step:booking:${id}`, due.graceEnds ?? due.endsAt, {
      bookingId: id,
    });
  } else if (due.state === 'checked_in' && due.over) {
    // A run may still be going: whoever drives it ends the booking with it.
    await enqueue(sql, bookingClosed, `booking:${id}`, { bookingId: id });
  }
}

/** A downtime needs nobody: it begins and ends by itself, and is never missed. */
async function stepDowntime(sql: Sql, { id, state, opened, over }: Due): Promise<void> {
  if (state === 'confirmed' && opened) await moveBooking(sql, id, 'checked_in', bySystem);
  if (over) await moveBooking(sql, id, 'completed', bySystem);
}

/** Nobody came: what is left of the slot is free at once, and the member is told. */
async function missBooking(sql: Sql, id: string): Promise<void> {
  const missed = await moveBooking(sql, id, 'missed', bySystem);
  if (!missed?.memberId) return;
  const { memberId, machineId, lab, startsAt, endsAt } = missed;
  await tellMember(sql, {
    memberId,
    kind: 'booking.missed',
    subject: { kind: 'booking', id },
    labSlug: lab,
    facts: {
      machineId,
      machineName: missed.machineName,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    },
  });
}

// The grace counts from when the slot could be used: its start, or later where it was confirmed
// or moved to it late; whoever changes the end, or takes a cancel back, gains none. A job that waits for its machine, for approval or for a clear bed holds the slot to its
// end: its member has handed the work in, and the wait is not theirs.
const dueBooking = `
  SELECT d.*, coalesce(d."graceEnds" <= now(), false) AS "graceOver"
    FROM (SELECT b.id, b.kind, b.state, b.starts_at AS "startsAt", b.ends_at AS "endsAt",
                 coalesce(b.hold_until <= now(), false) AS "holdOver",
                 b.starts_at <= now() AS opened, b.ends_at <= now() AS over,
                 CASE WHEN EXISTS (SELECT 1 FROM jobs j WHERE j.booking_id = b.id
                                    AND j.state NOT IN ('completed', 'refused', 'rejected', 'failed', 'cancelled'))
                      THEN NULL
                      ELSE least(b.ends_at, greatest(b.starts_at,
                             (SELECT max(h.at)
                                FROM (SELECT at, state, change, lag(state) OVER (ORDER BY id) AS before
                                        FROM booking_history WHERE booking_id = b.id) h
                               WHERE h.state = 'confirmed' AND NOT coalesce(h.change ? 'undo', false)
                                 AND (h.before IS DISTINCT FROM 'confirmed'
                                      OR h.change #>> '{moved,from,startsAt}' <> h.change #>> '{moved,to,startsAt}')))
                           + make_interval(secs => (${effectiveRules} ->> 'checkInGrace')::float8))
                 END AS "graceEnds"
            FROM bookings b JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id
                 ${joinTypeRules}
           WHERE b.id = $1 FOR UPDATE OF b) AS d`;
