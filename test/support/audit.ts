import type { Database } from '../../src/platform/database/database.js';

export interface AuditRow {
  readonly action: string;
  readonly actorId: string | null;
  readonly reason: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the audit says of that subject, in order. */
export function auditOf(database: Database, subjectId: string): Promise<AuditRow[]> {
  return database.rows<AuditRow & Record<string, unknown>>(
    `SELECT action, actor_id AS "actorId", reason, facts
       FROM audit WHERE subject_id = $1 ORDER BY id`,
    [subjectId],
  );
}
