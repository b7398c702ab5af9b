import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { effectiveRules, joinTypeRules } from './inherited-rules.js';

/**
 * Rules that were sane where they were said may contradict what a machine inherits beside them.
 * @throws rules.contradictory, with the machines that nobody could book
 */
export async function requireConsistentRules(sql: Sql, labId: string): Promise<void> {
  const machines = await sql.rows<{ id: string; name: string }>(
    `SELECT id, name FROM (
       SELECT m.id, m.name, ${effectiveRules} AS rules
         FROM machines m JOIN labs l ON l.id = m.lab_id ${joinTypeRules}
        WHERE m.lab_id = $1 AND m.retired_at IS NULL) AS ruled
      WHERE (rules->>'minDuration')::float8 > (rules->>'maxDuration')::float8
         OR (rules->>'granularity')::float8 > (rules->>'maxDuration')::float8
      ORDER BY id`,
    [labId],
  );
  if (machines.length > 0) throw new DomainError('rules.contradictory', { machines });
}
