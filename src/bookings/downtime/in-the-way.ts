import type { Sql } from '../../platform/database/database.js';
import type { BookingState, CalendarKind } from '../booking.states.js';
import type { Downtime } from './downtime.js';

/** What occupies the machine during a wanted downtime. */
export interface InTheWay {
  readonly id: string;
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly memberId: string | null;
  readonly memberName: string | null;
  readonly lab: string;
  readonly displaceable: boolean;
}

/**
 * Nobody is sent away from a machine for maintenance that is planned; an outage only states what
 * is so, and takes the calendar's word of it back. Another downtime is ended by who planned it.
 * What is completed holds no more than its clean-up time, which a downtime may use.
 */
export function inTheWay(sql: Sql, downtime: Downtime): Promise<InTheWay[]> {
  return sql.rows<InTheWay>(
    `SELECT b.id, b.kind, b.state, b.starts_at AS "startsAt", b.ends_at AS "endsAt",
            b.member_id AS "memberId", p.name AS "memberName", $5::text AS lab,
            b.kind IN ('booking', 'offer') AND (b.state <> 'checked_in' OR $4 = 'outage')
              AS displaceable
       FROM bookings b LEFT JOIN members p ON p.id = b.member_id
      WHERE b.machine_id = $1 AND b.occupied && tstzrange($2, $3)
        AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
        AND b.state <> 'completed'
      ORDER BY b.starts_at`,
    [downtime.machine.id, downtime.startsAt, downtime.endsAt, downtime.kind, downtime.machine.lab],
  );
}
