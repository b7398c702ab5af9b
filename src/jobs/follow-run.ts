import { moveBooking } from '../bookings/move-booking.js';
import { byMachine, bySystem } from '../people/actor.js';
import type { By } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { dropStep } from '../platform/outbox/outbox.js';
import { endDispatch } from './dispatches.js';
import { runOutcome } from './dispatch.rules.js';
import type { Situation } from './job-situation.js';
import type { JobState } from './job.states.js';
import { announceJob, moveJob } from './move-job.js';

/** Lets the machine's own reports move a job whose start was asked for. */
export async function followRun(
  sql: Sql,
  situation: Situation,
  start: NonNullable<Situation['start']>,
): Promise<boolean> {
  const { jobId, machineId, state, dispatchId } = situation;
  if (!machineId || !dispatchId) return false;
  const by = byMachine(machineId);
  const cancelAsked = isStanding(situation.cancel);
  const outcome = runOutcome({
    startId: start.id,
    start: start.state,
    startError: start.error,
    startOverdue: start.overdue && (state === 'ready' || state === 'cancelling'),
    begun: situation.begun,
    cancelAsked,
    observed: situation.observed,
  });
  switch (outcome.is) {
    case 'waiting':
      return false;
    case 'running':
    case 'paused':
      await beginRun(sql, situation, by);
      if (state === outcome.is || (state === 'cancelling' && cancelAsked)) return false;
      // A pause seen first still began by running.
      if (outcome.is === 'paused' && state === 'ready') await moveJob(sql, jobId, 'running', by);
      return moveJob(sql, jobId, outcome.is, by, whyNotStopped(situation));
    case 'completed':
      await beginRun(sql, situation, by);
      if (state === 'ready') await moveJob(sql, jobId, 'running', by);
      await endRun(sql, { ...situation, dispatchId }, 'completed', by, null);
      return false;
    case 'cancelled':
    case 'failed':
      // It may have begun while nobody listened.
      if (start.state !== 'rejected') await occupyMachine(sql, situation, by);
      await endRun(sql, { ...situation, dispatchId }, outcome.is, by, outcome.reason);
      return false;
    case 'not_started':
      // The command never left: nothing moved, and the job may try again in its slot.
      await endDispatch(sql, dispatchId, 'the start could not be sent in time');
      return moveJob(sql, jobId, 'queued', bySystem, 'the start could not be sent in time');
    case 'unknown':
      if (state === 'unknown') return false;
      await moveJob(sql, jobId, 'unknown', bySystem, outcome.reason);
      return false;
  }
}

/** Whether the machine may still do what a cancel asked. */
function isStanding(cancel: Situation['cancel']): boolean {
  if (!cancel || ['rejected', 'failed', 'expired'].includes(cancel.state)) return false;
  return !(cancel.state === 'sent' && cancel.overdue);
}

function whyNotStopped({ state, cancel }: Situation): string | null {
  if (state !== 'cancelling') return null;
  return cancel?.error ?? 'the machine did not answer the cancel';
}

/** The first sign of the run begins the actual time. */
export async function beginRun(sql: Sql, situation: Situation, by: By): Promise<void> {
  const begun = await sql.run(
    `UPDATE dispatches SET state = 'running', started_at = now() WHERE id = $1 AND started_at IS NULL`,
    [situation.dispatchId],
  );
  if (begun === 0) return;
  await dropStep(sql, `step:job:${situation.jobId}`);
  await occupyMachine(sql, situation, by);
}

/** Checks the member in and puts the piece on the bed: once something may lie there, it counts. */
export async function occupyMachine(sql: Sql, situation: Situation, by: By): Promise<void> {
  await sql.run('UPDATE machines SET bed_job_id = $2 WHERE id = $1', [
    situation.machineId,
    situation.jobId,
  ]);
  if (situation.bookingId) await moveBooking(sql, situation.bookingId, 'checked_in', by);
}

/** Ends job, dispatch and booking together; what is left of the slot is free at once. */
export async function endRun(
  sql: Sql,
  run: { jobId: string; dispatchId: string; bookingId: string | null },
  to: Extract<JobState, 'completed' | 'cancelled' | 'failed'>,
  by: By,
  reason: string | null,
): Promise<void> {
  await moveJob(sql, run.jobId, to, by, reason);
  await endDispatch(sql, run.dispatchId, to === 'failed' ? reason : null);
  await dropStep(sql, `step:job:${run.jobId}`);
  if (run.bookingId) {
    const used = await moveBooking(sql, run.bookingId, 'completed', by);
    if (!used) await moveBooking(sql, run.bookingId, 'cancelled', by, reason);
  }
  await announceJob(sql, run.jobId);
}
