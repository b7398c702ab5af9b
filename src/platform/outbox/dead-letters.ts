import type { Sql } from '../database/database.js';
import { outboxChannel } from './outbox.js';

export interface DeadLetterRow {
  readonly id: string;
  readonly source: 'relay' | 'handler';
  readonly name: string;
  readonly payload: unknown;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** What was given up on, oldest first. */
export function listDeadLetters(sql: Sql): Promise<DeadLetterRow[]> {
  return sql.rows<DeadLetterRow>(
    `SELECT id, source, name, payload, error, attempts, failed_at AS "failedAt"
       FROM dead_letters ORDER BY id`,
  );
}

/** Hands one back to the queue, once its cause is mended; false when there is none of that id. */
export async function retryDeadLetter(sql: Sql, id: string): Promise<boolean> {
  const given = await sql.run(
    `WITH taken AS (DELETE FROM dead_letters WHERE id = $1 RETURNING id, name, payload)
     INSERT INTO outbox (destination, aggregate, name, payload)
     SELECT 'queue', 'dead-letter:' || id, name, payload FROM taken`,
    [id],
  );
  if (given > 0) await sql.run(`SELECT pg_notify('${outboxChannel}', '')`);
  return given > 0;
}
