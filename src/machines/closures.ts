import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { ClosureDto } from './machines.dto.js';

/**
 * All closures of the lab as a whole, or all of the machine that are to come; but those of outside
 * calendars, which stay as they are though they come back from whoever read them.
 */
export async function replaceClosures(
  sql: Sql,
  { labId, machineId }: { readonly labId: string; readonly machineId: string | null },
  closures: readonly ClosureDto[],
): Promise<void> {
  const backwards = closures.flatMap(({ startsAt, endsAt }, index) =>
    Date.parse(startsAt) < Date.parse(endsAt)
      ? []
      : [{ code: 'field.order', path: `closures.${index}.endsAt` }],
  );
  if (backwards.length > 0) throw new DomainError('request.malformed', {}, backwards);
  await sql.run(
    `DELETE FROM lab_closures WHERE lab_id = $1 AND machine_id IS NOT DISTINCT FROM $2::uuid
        AND calendar_id IS NULL AND ($2 IS NULL OR ends_at > now())`,
    [labId, machineId],
  );
  for (const { startsAt, endsAt, reason, calendarId } of closures) {
    if (calendarId) continue;
    await sql.run(
      `INSERT INTO lab_closures (id, lab_id, machine_id, starts_at, ends_at, reason)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [uuid(), labId, machineId, startsAt, endsAt, reason],
    );
  }
}

export interface LabWideClosure {
  readonly labId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly reason: string;
  /** The outside calendar that says so; null: staff do. */
  readonly calendarId: string | null;
}

/** Those of whole labs, by start; a machine's own are its own affair. */
export function labClosures(sql: Sql, labIds: readonly string[]): Promise<LabWideClosure[]> {
  return sql.rows<LabWideClosure & Record<string, unknown>>(
    `SELECT lab_id AS "labId", starts_at AS "startsAt", ends_at AS "endsAt", reason,
            calendar_id AS "calendarId"
       FROM lab_closures WHERE lab_id = ANY($1) AND machine_id IS NULL
      ORDER BY starts_at, ends_at, id`,
    [labIds],
  );
}
