import { v7 as uuid } from 'uuid';
import type { Sql } from '../../platform/database/database.js';
import type { BookingState, CalendarKind } from '../booking.states.js';
import type { ImportedInterval } from '../calendars/icalendar-import.js';

/** Which calendar closes what. */
export interface Closing {
  readonly id: string;
  readonly labId: string;
  /** Null: the whole lab. */
  readonly machineId: string | null;
  readonly name: string;
}

/** A booking that stands inside a closure: staff may displace it. */
export interface AffectedBooking {
  readonly bookingId: string;
  readonly machineId: string;
  readonly machineName: string;
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly memberId: string | null;
  readonly memberName: string | null;
}

/** More would not be looked through one by one. */
const mostAffected = 500;
const longestReason = 500;

/**
 * Makes a calendar's closures what was read of it; others are not touched.
 * @returns whether anything changed
 */
export async function setClosures(
  sql: Sql,
  { id, labId, machineId, name }: Closing,
  intervals: readonly ImportedInterval[],
): Promise<boolean> {
  const wanted = intervals.map(({ startsAt, endsAt, summary }) => ({
    startsAt,
    endsAt,
    reason: (summary || name).slice(0, longestReason),
  }));
  const present = await sql.rows<(typeof wanted)[number]>(
    `SELECT starts_at AS "startsAt", ends_at AS "endsAt", reason
       FROM lab_closures WHERE calendar_id = $1`,
    [id],
  );
  if (asText(present) === asText(wanted)) return false;
  await sql.run('DELETE FROM lab_closures WHERE calendar_id = $1', [id]);
  await sql.run(
    `INSERT INTO lab_closures (id, lab_id, machine_id, calendar_id, starts_at, ends_at, reason)
     SELECT closure_id, $1, $2, $3, starts_at, ends_at, reason
       FROM unnest($4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[])
            AS closure(closure_id, starts_at, ends_at, reason)`,
    [
      labId,
      machineId,
      id,
      wanted.map(() => uuid()),
      wanted.map(({ startsAt }) => startsAt),
      wanted.map(({ endsAt }) => endsAt),
      wanted.map(({ reason }) => reason),
    ],
  );
  return true;
}

/** Bookings to come or under way within a calendar's closures, soonest first. */
export function affectedBy(
  sql: Sql,
  { id, labId, machineId }: Closing,
): Promise<AffectedBooking[]> {
  return sql.rows<AffectedBooking & Record<string, unknown>>(
    `WITH closed AS (
       SELECT range_agg(tstzrange(starts_at, ends_at)) AS times
         FROM lab_closures WHERE calendar_id = $1 AND ends_at > now())
     SELECT b.id AS "bookingId", b.machine_id AS "machineId", m.name AS "machineName", b.kind,
            b.state, b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.member_id AS "memberId",
            p.name AS "memberName"
       FROM closed, bookings b JOIN machines m ON m.id = b.machine_id
       LEFT JOIN members p ON p.id = b.member_id
      WHERE b.state IN ('requested', 'confirmed', 'checked_in') AND b.kind IN ('booking', 'offer')
        AND b.ends_at > now() AND tstzrange(b.starts_at, b.ends_at) && closed.times
        AND m.lab_id = $2 AND ($3::uuid IS NULL OR m.id = $3)
      ORDER BY b.starts_at, b.id LIMIT $4`,
    [id, labId, machineId, mostAffected],
  );
}

function asText(closures: readonly { startsAt: Date; endsAt: Date; reason: string }[]): string {
  return closures
    .map(({ startsAt, endsAt, reason }) => `${+startsAt} ${+endsAt} ${reason}`)
    .sort()
    .join('\n');
}
