import type { Sql } from '../database/database.js';
import type { MessageType } from '../queue/message.js';

/** The channel on which the relay is woken. */
export const outboxChannel = 'creneau_outbox';

export interface Change {
  /** For example `booking.confirmed`; names no person and carries no more than ids. */
  readonly type: string;
  readonly id: string;
  readonly labSlug: string;
  readonly kind: 'booking' | 'job' | 'lab' | 'machine' | 'queue' | 'notification';
}

/**
 * Adds a message for the queue to the running transaction. Call it after the statement that
 * changes the aggregate, so that ids rise in the order of the changes.
 */
export async function enqueue<P>(
  sql: Sql,
  type: MessageType<P>,
  aggregate: string,
  payload: P,
): Promise<void> {
  await sql.run(
    `WITH added AS (
       INSERT INTO outbox (destination, aggregate, name, payload) VALUES ('queue', $1, $2, $3))
     SELECT pg_notify('${outboxChannel}', '')`,
    [aggregate, type.name, JSON.stringify(payload)],
  );
}

/**
 * Plans a message for an instant. One key names one planned step: planning it again moves it,
 * which makes planning idempotent. The row waits in PostgreSQL, so a lost queue loses no step.
 */
export async function planStep<P>(
  sql: Sql,
  type: MessageType<P>,
  key: string,
  at: Date,
  payload: P,
): Promise<void> {
  await sql.run(
    `INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
     VALUES ('queue', $1, $2, $3, $1, $4)
     ON CONFLICT (key) DO UPDATE
       SET available_at = excluded.available_at, payload = excluded.payload, attempts = 0`,
    [key, type.name, JSON.stringify(payload), at],
  );
}

export async function dropStep(sql: Sql, key: string): Promise<void> {
  await sql.run('DELETE FROM outbox WHERE key = $1', [key]);
}

/** Tells every listener that a row changed; they load what they may see. */
export async function announce(sql: Sql, change: Change): Promise<void> {
  await sql.run(
    `WITH added AS (
       INSERT INTO outbox (destination, aggregate, name, payload) VALUES ('change', $1, $2, $3))
     SELECT pg_notify('${outboxChannel}', '')`,
    [
      `${change.kind}:${change.id}`,
      change.type,
      JSON.stringify({ type: change.type, id: change.id, lab: change.labSlug, kind: change.kind }),
    ],
  );
}
