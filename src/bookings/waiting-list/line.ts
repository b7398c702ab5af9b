import type { Interval } from '../../machines/opening-hours.rules.js';
import type { Sql } from '../../platform/database/database.js';

/** Somebody in line for freed time. */
export interface InLine {
  readonly id: string;
  readonly memberId: string;
  readonly from: Date;
  readonly to: Date;
  readonly seconds: number;
  readonly purpose: string | null;
  /** PostgreSQL's clock. */
  readonly now: Date;
}

/** As many as are asked about one freed interval: each costs a look at the calendar. */
const longest = 100;

/**
 * Who waits for that time, first come first. Whoever let an offer of it pass is not asked again:
 * the next in line is.
 */
export function lineFor(sql: Sql, machineId: string, freed: Interval): Promise<InLine[]> {
  return sql.rows<InLine & Record<string, unknown>>(
    `SELECT w.id, w.member_id AS "memberId", w.from_at AS "from", w.to_at AS "to", w.seconds,
            w.purpose, now() AS now
       FROM waiting_list w JOIN machines m ON m.id = $1 AND m.retired_at IS NULL
       JOIN members p ON p.id = w.member_id AND p.disabled_at IS NULL
      WHERE w.state = 'waiting' AND (w.machine_id = m.id OR w.machine_type = m.machine_type)
        AND w.from_at < $3 AND w.to_at > $2 AND w.to_at > now()
        AND NOT EXISTS (SELECT 1 FROM waiting_offers o JOIN bookings b ON b.id = o.offer_id
                         WHERE o.wish_id = w.id AND b.machine_id = m.id AND b.kind = 'offer'
                           AND b.starts_at < $3 AND b.ends_at > $2)
      ORDER BY w.created_at, w.id LIMIT ${longest}`,
    [machineId, freed.startsAt, freed.endsAt],
  );
}
