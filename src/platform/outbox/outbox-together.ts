import type { Sql } from '../database/database.js';
import type { MessageType } from '../queue/message.js';
import { outboxChannel } from './outbox.js';
import type { Change } from './outbox.js';

/** What `announce`, `enqueue`, `planStep` and `dropStep` do, for many rows in one statement. */

export async function announceEach(sql: Sql, changes: readonly Change[]): Promise<void> {
  const rows = changes.map(({ type, id, labSlug, kind }) => ({
    aggregate: `${kind}:${id}`,
    name: type,
    payload: { type, id, lab: labSlug, kind },
  }));
  await addEach(sql, 'change', rows);
}

export interface Enqueued<P> {
  readonly aggregate: string;
  readonly payload: P;
}

export async function enqueueEach<P>(
  sql: Sql,
  { name }: MessageType<P>,
  messages: readonly Enqueued<P>[],
): Promise<void> {
  const rows = messages.map(({ aggregate, payload }) => ({ aggregate, name, payload }));
  await addEach(sql, 'queue', rows);
}

export interface PlannedStep<P> {
  readonly key: string;
  readonly at: Date;
  readonly payload: P;
}

export async function planEach<P>(
  sql: Sql,
  { name }: MessageType<P>,
  steps: readonly PlannedStep<P>[],
): Promise<void> {
  if (steps.length === 0) return;
  await sql.run(
    `INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
     SELECT 'queue', s.key, $2, s.payload, s.key, s.at
       FROM jsonb_to_recordset($1::jsonb) AS s(key text, at timestamptz, payload jsonb)
     ON CONFLICT (key) DO UPDATE
       SET available_at = excluded.available_at, payload = excluded.payload, attempts = 0`,
    [JSON.stringify(steps), name],
  );
}

export async function dropEach(sql: Sql, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run('DELETE FROM outbox WHERE key = ANY($1)', [keys]);
}

interface NewRow {
  readonly aggregate: string;
  readonly name: string;
  readonly payload: unknown;
}

async function addEach(
  sql: Sql,
  destination: 'change' | 'queue',
  rows: readonly NewRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql.run(
    `WITH added AS (
       INSERT INTO outbox (destination, aggregate, name, payload)
       SELECT $2, r.aggregate, r.name, r.payload
         FROM jsonb_to_recordset($1::jsonb) AS r(aggregate text, name text, payload jsonb))
     SELECT pg_notify('${outboxChannel}', '')`,
    [JSON.stringify(rows), destination],
  );
}
