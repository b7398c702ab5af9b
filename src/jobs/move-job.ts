import type { By } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { announce } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { sourcesOf } from './job.states.js';
import type { JobState } from './job.states.js';

/**
 * Moves a job by compare and set, with its history and its change in the same transaction.
 * False when it is not in a state from which it may move.
 */
export async function moveJob(
  sql: Sql,
  id: string,
  to: JobState,
  by: By,
  reason: string | null = null,
): Promise<boolean> {
  const moved = await sql.row<{ lab: string }>(
    `UPDATE jobs j SET state = $2, reason = coalesce($4, j.reason)
       FROM labs l WHERE l.id = j.lab_id AND j.id = $1 AND j.state = ANY($3)
     RETURNING l.slug AS lab`,
    [id, to, sourcesOf(to), reason],
  );
  if (!moved) return false;
  await recordJobState(sql, id, to, by, reason);
  await announce(sql, { type: `job.${to}`, id, labSlug: moved.lab, kind: 'job' });
  return true;
}

export async function recordJobState(
  sql: Sql,
  id: string,
  state: JobState,
  by: By,
  reason: string | null,
): Promise<void> {
  await sql.run(
    `INSERT INTO job_history (job_id, state, actor_kind, actor_id, reason) VALUES ($1, $2, $3, $4, $5)`,
    [id, state, by.kind, by.id, reason],
  );
}

/** The same, where a wrong state is the asker's problem. @throws job.state, job.unknown */
export async function moveJobOrRefuse(
  sql: Sql,
  id: string,
  to: JobState,
  by: By,
  reason: string | null = null,
): Promise<void> {
  if (await moveJob(sql, id, to, by, reason)) return;
  throw await wrongState(sql, id);
}

export async function wrongState(sql: Sql, id: string): Promise<DomainError> {
  const present = await sql.row<{ state: JobState }>('SELECT state FROM jobs WHERE id = $1', [id]);
  return present
    ? new DomainError('job.state', { state: present.state })
    : new DomainError('job.unknown');
}

/** Tells listeners of a change that is no change of state. */
export async function announceJob(sql: Sql, id: string): Promise<void> {
  const job = await sql.row<{ lab: string }>(
    'SELECT l.slug AS lab FROM jobs j JOIN labs l ON l.id = j.lab_id WHERE j.id = $1',
    [id],
  );
  if (job) await announce(sql, { type: 'job.changed', id, labSlug: job.lab, kind: 'job' });
}
