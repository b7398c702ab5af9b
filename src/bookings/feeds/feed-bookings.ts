import type { Sql } from '../../platform/database/database.js';
import type { BookingState, CalendarKind } from '../booking.states.js';
import type { OpenFeed } from './feeds.js';

/** An entry of the calendar, with what a feed may have to say of it. */
export interface FeedBooking {
  readonly id: string;
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly version: number;
  /** Null: the machine's own downtime. */
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Until when others cannot have the machine. */
  readonly busyUntil: Date;
  readonly purpose: string | null;
  readonly machineName: string;
  readonly labName: string;
  readonly timeZone: string;
  /** When it last became what it is. */
  readonly changedAt: Date;
}

/**
 * What a feed shows, by start: from 60 days back, and what was given up for 60 days after that,
 * so that programs which were away hear of it. An offer lasts minutes, less than a program waits
 * before it asks again: it is left out.
 */
export function feedBookings(sql: Sql, feed: OpenFeed): Promise<FeedBooking[]> {
  const { where, id } = scopes[feed.kind](feed);
  return sql.rows<FeedBooking & Record<string, unknown>>(
    `${selectEntries}
       FROM bookings b JOIN machines m ON m.id = b.machine_id ${joinRest}
      WHERE ${where} AND b.starts_at > now() - interval '60 days' AND b.kind <> 'offer'
        AND (b.state IN ('requested', 'confirmed', 'checked_in', 'completed')
             OR changed.at > now() - interval '60 days')
     UNION ALL
     ${selectEntries}
       FROM machines m JOIN bookings b ON b.id = m.downtime_id ${joinRest}
      WHERE ${where} AND b.starts_at <= now() - interval '60 days'
      ORDER BY "startsAt", id`,
    [id],
  );
}

/** One condition for both halves: a downtime under way is looked up by its machine. */
const scopes = {
  member: ({ memberId }: OpenFeed) => ({ where: 'b.member_id = $1', id: memberId }),
  machine: ({ machineId }: OpenFeed) => ({
    where: 'b.machine_id = $1 AND m.id = $1',
    id: machineId,
  }),
  lab: ({ labId }: OpenFeed) => ({ where: 'm.lab_id = $1', id: labId }),
};

const selectEntries = `
  SELECT b.id, b.kind, b.state, b.version, b.member_id AS "memberId", p.name AS "memberName",
         b.starts_at AS "startsAt", b.ends_at AS "endsAt",
         least(b.ends_at, upper(b.occupied)) AS "busyUntil", b.purpose,
         m.name AS "machineName", l.name AS "labName", l.time_zone AS "timeZone",
         changed.at AS "changedAt"`;

// Every change of a booking has its row of the history, and the index has the last one first.
const joinRest = `
  JOIN labs l ON l.id = m.lab_id LEFT JOIN members p ON p.id = b.member_id
  CROSS JOIN LATERAL (
    SELECT coalesce((SELECT h.at FROM booking_history h WHERE h.booking_id = b.id
                      ORDER BY h.id DESC LIMIT 1), b.created_at) AS at) AS changed`;
