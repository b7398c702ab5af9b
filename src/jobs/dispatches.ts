import { letGoOfCommands, withdrawCommands } from '../machines/commands.js';
import type { Sql } from '../platform/database/database.js';
import { enqueue } from '../platform/outbox/outbox.js';
import { advanceJob } from './jobs.messages.js';

/** Ends an attempt, with what was still to be asked of the machine, and lets the next job of that machine look again. */
export async function endDispatch(
  sql: Sql,
  dispatchId: string,
  error: string | null,
): Promise<void> {
  const ended = await sql.row<{ machineId: string }>(
    `UPDATE dispatches SET state = 'ended', ended_at = now(), error = $2
      WHERE id = $1 AND state <> 'ended' RETURNING machine_id AS "machineId"`,
    [dispatchId, error],
  );
  if (!ended) return;
  await withdrawCommands(sql, dispatchId);
  await letGoOfCommands(sql, dispatchId);
  await advanceJobsOf(sql, ended.machineId);
}

/** Every job that waits for this machine in an open slot, or is on it. */
export async function advanceJobsOf(sql: Sql, machineId: string): Promise<void> {
  const jobs = await sql.rows<{ id: string }>(
    `SELECT j.id FROM jobs j JOIN dispatches d ON d.job_id = j.id
      WHERE d.machine_id = $1 AND d.state <> 'ended'
      UNION
     SELECT j.id FROM jobs j JOIN bookings b ON b.id = j.booking_id
      WHERE b.machine_id = $1 AND j.state = 'queued' AND b.state IN ('confirmed', 'checked_in')
        AND b.starts_at <= now()`,
    [machineId],
  );
  for (const { id } of jobs) await enqueue(sql, advanceJob, `job:${id}`, { jobId: id });
}
