import { Temporal } from 'temporal-polyfill';
import { v7 as uuid } from 'uuid';
import type { Sql } from '../../platform/database/database.js';
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

type About = Pick<SeriesRow, 'machineId' | 'memberId' | 'projectId' | 'purpose' | 'createdBy'>;

/** Gives its id. */
export async function insertSeries(
  sql: Sql,
  { machineId, memberId, projectId, purpose, createdBy }: About,
  { rule, first, timeZone }: Series,
): Promise<string> {
  const id = uuid();
  const times = [first.startsAt.toString(), first.endsAt.toString()];
  await sql.run(
    `INSERT INTO booking_series (id, machine_id, member_id, project_id, purpose, rule,
                                 first_starts_at, first_ends_at, time_zone, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, machineId, memberId, projectId, purpose, rule, ...times, timeZone, createdBy],
  );
  return id;
}

/** What its occurrences to come have in common from now on. */
export async function updateSeries(
  sql: Sql,
  id: string,
  { rule, first }: Series,
  purpose: string | null,
): Promise<void> {
  await sql.run(
    `UPDATE booking_series SET rule = $2, first_starts_at = $3, first_ends_at = $4, purpose = $5
      WHERE id = $1`,
    [id, rule, first.startsAt.toString(), first.endsAt.toString(), purpose],
  );
}
