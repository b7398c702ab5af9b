import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { issueCommand } from '../machines/commands.js';
import { byMachine, bySystem } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { planStep } from '../platform/outbox/outbox.js';
import { HandlesMessage } from '../platform/queue/message-handlers.js';
import { stagingBlockers, startBlockers } from './dispatch.rules.js';
import { endRun, followRun } from './follow-run.js';
import { lockedSituation } from './job-situation.js';
import type { Situation } from './job-situation.js';
import { advanceJob } from './jobs.messages.js';
import { endDispatch } from './dispatches.js';
import { moveJob } from './move-job.js';
import { weighOverrun } from './weigh-overrun.js';
import { SignedFiles } from './signed-files.js';

/** Long enough for a large file over a slow link. */
const prepareSeconds = 900;
/** A start that is not carried out at once is not carried out. */
const startSeconds = 60;
const answerGraceSeconds = 16;

/**
 * The one place that moves a job towards its machine. Every event that may matter asks for it;
 * it looks at the whole situation, takes the steps that are due, and is safe to repeat.
 */
@Injectable()
export class AdvanceJob {
  constructor(
    private readonly database: Database,
    private readonly files: SignedFiles,
  ) {}

  @HandlesMessage(advanceJob)
  async onAdvance({ jobId }: { jobId: string }): Promise<void> {
    // A step may make the next one due: staged, and at once ready to start.
    while (await this.database.transaction((sql) => this.step(sql, jobId)));
    await this.database.transaction((sql) => weighOverrun(sql, jobId));
  }

  /** Takes one step; true when another may follow at once. */
  private async step(sql: Sql, jobId: string): Promise<boolean> {
    const situation = await lockedSituation(sql, jobId);
    if (!situation) return false;
    switch (situation.state) {
      case 'awaiting_approval':
        return releaseLostSlot(sql, situation);
      case 'queued':
        if (await releaseLostSlot(sql, situation)) return true;
        return this.stage(sql, situation);
      case 'staging':
        return (await withdrawFromLostSlot(sql, situation)) || followStaging(sql, situation);
      case 'ready':
        if (situation.start) return followRun(sql, situation, situation.start);
        return (await withdrawFromLostSlot(sql, situation)) || this.start(sql, situation);
      case 'running':
      case 'paused':
      case 'cancelling':
      case 'unknown':
        return situation.start ? followRun(sql, situation, situation.start) : false;
      default:
        return false;
    }
  }

  private async stage(sql: Sql, situation: Situation): Promise<boolean> {
    const { jobId, machineId, bookingId } = situation;
    if (stagingBlockers(situation.gates).length > 0 || !machineId || !bookingId) return false;
    const dispatchId = uuid();
    // Another job may have taken the machine just now: its end asks for us again.
    const made = await sql.run(
      `INSERT INTO dispatches (id, job_id, machine_id, booking_id, state)
       VALUES ($1, $2, $3, $4, 'staging') ON CONFLICT DO NOTHING`,
      [dispatchId, jobId, machineId, bookingId],
    );
    if (made === 0) return false;
    await issueCommand(sql, {
      machineId,
      dispatchId,
      jobId,
      type: 'prepare',
      args: {
        url: this.files.urlOf(situation.fileId, prepareSeconds),
        sha256: situation.sha256,
        size: situation.fileSize,
      },
      expiresInSeconds: prepareSeconds,
    });
    await lookAgain(sql, jobId, prepareSeconds + answerGraceSeconds);
    await moveJob(sql, jobId, 'staging', bySystem);
    return false;
  }

  /** The only place that asks for a start, once per dispatch. */
  private async start(sql: Sql, situation: Situation): Promise<boolean> {
    const { jobId, machineId, dispatchId } = situation;
    if (startBlockers(situation.gates).length > 0 || !machineId || !dispatchId) return false;
    const issued = await issueCommand(sql, {
      machineId,
      dispatchId,
      jobId,
      type: 'start',
      expiresInSeconds: startSeconds,
    });
    if (issued === null) return false;
    await sql.run(`UPDATE dispatches SET state = 'starting' WHERE id = $1`, [dispatchId]);
    await lookAgain(sql, jobId, startSeconds + answerGraceSeconds);
    return false;
  }
}

async function followStaging(sql: Sql, situation: Situation): Promise<boolean> {
  const { jobId, dispatchId, prepare, machineId } = situation;
  if (!dispatchId || !prepare || !machineId) return false;
  switch (prepare.state) {
    case 'finished':
      await sql.run(`UPDATE dispatches SET state = 'staged' WHERE id = $1`, [dispatchId]);
      return moveJob(sql, jobId, 'ready', byMachine(machineId));
    case 'failed':
    case 'rejected':
      await endRun(
        sql,
        { ...situation, dispatchId },
        'failed',
        byMachine(machineId),
        prepare.error ?? 'the machine could not take the file',
      );
      return false;
    default:
      if (prepare.state !== 'expired' && !prepare.overdue) return false;
      // Sending a file moves nothing: it may be tried anew.
      await endDispatch(sql, dispatchId, 'the machine did not take the file in time');
      return moveJob(sql, jobId, 'queued', bySystem, 'the machine did not take the file in time');
  }
}

/** The slot was cancelled, missed or refused: the job waits for another. */
async function releaseLostSlot(
  sql: Sql,
  { jobId, bookingId, bookingState }: Situation,
): Promise<boolean> {
  if (bookingId === null || !isLost(bookingState)) return false;
  await sql.run('UPDATE jobs SET booking_id = NULL WHERE id = $1', [jobId]);
  return true;
}

async function withdrawFromLostSlot(sql: Sql, situation: Situation): Promise<boolean> {
  if (situation.bookingId === null || !isLost(situation.bookingState)) return false;
  if (situation.dispatchId) await endDispatch(sql, situation.dispatchId, 'the slot ended first');
  await sql.run('UPDATE jobs SET booking_id = NULL WHERE id = $1', [situation.jobId]);
  return moveJob(sql, situation.jobId, 'queued', bySystem, 'the slot ended before the start');
}

function isLost(bookingState: string | null): boolean {
  return !['requested', 'confirmed', 'checked_in'].includes(bookingState ?? '');
}

async function lookAgain(sql: Sql, jobId: string, seconds: number): Promise<void> {
  const due = await sql.row<{ at: Date }>('SELECT now() + make_interval(secs => $1) AS at', [
    seconds,
  ]);
  if (due) await planStep(sql, advanceJob, `step:job:${jobId}`, due.at, { jobId });
}
