import type { Sql } from '../../platform/database/database.js';
import { occupyingStates } from '../booking.states.js';
import type { BookingState } from '../booking.states.js';
import type { DowntimeDto, DowntimeKind } from './downtime.dto.js';

interface DowntimeRow {
  readonly id: string;
  readonly machineId: string;
  readonly kind: DowntimeKind;
  readonly state: BookingState;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly reason: string | null;
  readonly createdBy: string | null;
}

export interface DowntimeFilter {
  readonly machineId: string;
  /** Null: now. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly after: string | null;
  readonly limit: number;
}

const selectDowntime = `
  SELECT id, machine_id AS "machineId", kind, state, starts_at AS "startsAt",
         least(ends_at, upper(occupied)) AS "endsAt", purpose AS reason, created_by AS "createdBy"
    FROM bookings WHERE kind IN ('maintenance', 'outage')`;

export function findDowntime(sql: Sql, id: string): Promise<DowntimeRow | null> {
  return sql.row<DowntimeRow>(`${selectDowntime} AND id = $1`, [id]);
}

/** In the order in which they were planned; what was called off is not shown. */
export function listDowntime(sql: Sql, filter: DowntimeFilter): Promise<DowntimeRow[]> {
  return sql.rows<DowntimeRow>(
    `${selectDowntime} AND machine_id = $1 AND state = ANY($2)
        AND least(ends_at, upper(occupied)) > coalesce($3, now())
        AND ($4::timestamptz IS NULL OR starts_at < $4) AND ($5::uuid IS NULL OR id > $5)
      ORDER BY id LIMIT $6`,
    [filter.machineId, occupyingStates, filter.from, filter.to, filter.after, filter.limit],
  );
}

export function downtimeView({ startsAt, endsAt, ...row }: DowntimeRow): DowntimeDto {
  return { ...row, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
}
