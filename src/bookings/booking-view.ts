import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { occupyingStates } from './booking.states.js';
import type { BookingDto, BookingHistoryDto } from './bookings.dto.js';

export interface BookingRow {
  id: string;
  machineId: string;
  kind: CalendarKind;
  version: number;
  /** Nobody's is the machine's own downtime. */
  memberId: string | null;
  memberName: string | null;
  createdBy: string | null;
  jobId: string | null;
  startsAt: Date;
  endsAt: Date;
  /** Until when others cannot have the machine: a booking that ended early gave its rest back. */
  busyUntil: Date;
  state: BookingState;
  purpose: string | null;
  projectId: string | null;
  seriesId: string | null;
  createdAt: Date;
  lab: string;
}

/** `jobs` points at bookings; the id alone is read here, for the link a client follows. */
export const selectBookings = `
  SELECT b.id, b.machine_id AS "machineId", b.kind, b.version, b.member_id AS "memberId",
         p.name AS "memberName", b.created_by AS "createdBy",
         (SELECT j.id FROM jobs j WHERE j.booking_id = b.id ORDER BY j.id DESC LIMIT 1) AS "jobId",
         b.starts_at AS "startsAt", b.ends_at AS "endsAt",
         least(b.ends_at, upper(b.occupied)) AS "busyUntil", b.state, b.purpose,
         b.project_id AS "projectId", b.series_id AS "seriesId",
         b.created_at AS "createdAt", l.slug AS lab
    FROM bookings b LEFT JOIN members p ON p.id = b.member_id
    JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id`;

export function mayRead(actor: Actor, booking: { memberId: string | null }): boolean {
  return isStaff(actor) || booking.memberId === actor.id;
}

/**
 * Others' bookings show that the machine is busy, and nothing else; one that gave its slot back,
 * whatever became of it, shows as cancelled.
 */
export function bookingView(
  actor: Actor,
  booking: BookingRow,
  history?: BookingHistoryDto[],
): BookingDto {
  const downtime = booking.memberId === null;
  const times = {
    id: booking.id,
    machineId: booking.machineId,
    version: booking.version,
    startsAt: booking.startsAt.toISOString(),
    endsAt: booking.endsAt.toISOString(),
  };
  if (!mayRead(actor, booking)) {
    const occupies = (occupyingStates as readonly BookingState[]).includes(booking.state);
    return {
      ...times,
      endsAt: booking.busyUntil.toISOString(),
      // Downtime is everybody's to know; what else takes the machine is not.
      kind: downtime ? booking.kind : 'booking',
      memberId: null,
      memberName: null,
      createdBy: null,
      jobId: null,
      state: occupies ? 'busy' : 'cancelled',
      purpose: downtime ? booking.purpose : null,
      projectId: null,
      seriesId: null,
      mine: false,
      createdAt: null,
    };
  }
  return {
    ...times,
    kind: booking.kind,
    memberId: booking.memberId,
    memberName: booking.memberName,
    createdBy: booking.createdBy,
    jobId: booking.jobId,
    state: booking.state,
    purpose: booking.purpose,
    projectId: booking.projectId,
    seriesId: booking.seriesId,
    mine: booking.memberId === actor.id,
    createdAt: booking.createdAt.toISOString(),
    ...(history ? { history } : {}),
  };
}

export function findBooking(sql: Sql, id: string): Promise<BookingRow | null> {
  return sql.row<BookingRow>(`${selectBookings} WHERE b.id = $1`, [id]);
}

export async function bookingHistory(sql: Sql, id: string): Promise<BookingHistoryDto[]> {
  const rows = await sql.rows<{
    state: BookingState;
    at: Date;
    kind: 'member' | 'machine' | 'system';
    actorId: string | null;
    name: string | null;
    reason: string | null;
    moved: BookingHistoryDto['moved'] | null;
  }>(
    `SELECT h.state, h.at, h.actor_kind AS kind, h.actor_id AS "actorId",
            coalesce(p.name, m.name) AS name, h.reason, h.change->'moved' AS moved
       FROM booking_history h
       LEFT JOIN members p ON h.actor_kind = 'member' AND p.id = h.actor_id
       LEFT JOIN machines m ON h.actor_kind = 'machine' AND m.id = h.actor_id
      WHERE h.booking_id = $1 ORDER BY h.id`,
    [id],
  );
  return rows.map(({ state, at, kind, actorId, name, reason, moved }) => ({
    state,
    at: at.toISOString(),
    by: { kind, id: actorId, name },
    reason,
    ...(moved ? { moved } : {}),
  }));
}

export interface BookingFilter {
  readonly machineId: string | null;
  readonly memberId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly states: readonly BookingState[] | null;
  /** `startsAt|id` of the last row of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * By start, soonest first. A plain member sees others' bookings only where they occupy, and not
 * by a question that would tell whose they are or how they stand.
 */
export function listBookings(sql: Sql, actor: Actor, filter: BookingFilter): Promise<BookingRow[]> {
  const [afterStart, afterId] = filter.after?.split('|') ?? [null, null];
  const { from } = filter;
  // What is under way when the window begins comes first; further pages go on by start alone.
  const first = from !== null && !(afterStart && new Date(afterStart) >= from);
  return sql.rows<BookingRow>(first ? listOfWindow : listByStart, [
    filter.machineId,
    filter.memberId,
    from,
    filter.to,
    filter.states,
    afterStart,
    afterId,
    isStaff(actor),
    actor.id,
    occupyingStates,
    filter.limit,
  ]);
}

const listed = (time: string) => `${selectBookings}
      WHERE ($1::uuid IS NULL OR b.machine_id = $1) AND ($2::uuid IS NULL OR b.member_id = $2)
        AND ${time} AND ($4::timestamptz IS NULL OR b.starts_at < $4)
        AND ($5::text[] IS NULL OR b.state = ANY($5))
        AND ($6::timestamptz IS NULL OR (b.starts_at, b.id) > ($6, $7::uuid))
        AND ($8 OR b.member_id = $9
             OR (b.state = ANY($10) AND $2::uuid IS NULL AND $5::text[] IS NULL))`;

const listByStart = `${listed('($3::timestamptz IS NULL OR b.starts_at >= $3)')}
      ORDER BY b.starts_at, b.id LIMIT $11`;

// "Ends after" alone would walk all of the past. What is under way when the window begins is found
// by the range instead: of what takes the machine by the exclusion constraint's index, of what has
// ended, perhaps before its time, by one that placing a booking need not write to.
const listOfWindow = `
  SELECT * FROM (
    (${listed(`b.occupied @> $3::timestamptz
        AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
        AND b.state <> 'completed' AND b.starts_at < $3 AND b.ends_at > $3`)})
    UNION ALL
    (${listed(`tstzrange(b.starts_at, b.ends_at) @> $3::timestamptz AND b.starts_at < $3
        AND b.state IN ('completed', 'rejected', 'cancelled', 'expired', 'missed')`)})
    UNION ALL
    (${listByStart})) AS parts
   ORDER BY "startsAt", id LIMIT $11`;
