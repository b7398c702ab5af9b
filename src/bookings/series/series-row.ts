import { Temporal } from 'temporal-polyfill';
import type { Series } from './recurrence.rules.js';

export interface SeriesRow {
  id: string;
  machineId: string;
  memberId: string;
  projectId: string | null;
  purpose: string | null;
  rule: string;
  /** Wall times, as text: `2027-03-02T18:00:00`. */
  firstStartsAt: string;
  firstEndsAt: string;
  timeZone: string;
  createdBy: string;
  createdAt: Date;
}

/** A wall time of SQL as ISO 8601 text: the driver would read it in the zone of the process. */
export const wallText = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US')`;

export const selectSeries = `
  SELECT s.id, s.machine_id AS "machineId", s.member_id AS "memberId",
         s.project_id AS "projectId", s.purpose, s.rule,
         ${wallText('s.first_starts_at')} AS "firstStartsAt",
         ${wallText('s.first_ends_at')} AS "firstEndsAt", s.time_zone AS "timeZone",
         s.created_by AS "createdBy", s.created_at AS "createdAt"
    FROM booking_series s`;

export function seriesOf({ rule, firstStartsAt, firstEndsAt, timeZone }: SeriesRow): Series {
  const first = { startsAt: wall(firstStartsAt), endsAt: wall(firstEndsAt) };
  return { rule, first, timeZone };
}

export function wall(text: string): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(text);
}
