import { Injectable } from '@nestjs/common';
import { moveBooking } from '../bookings/move-booking.js';
import { issueCommand, withdrawCommands } from '../machines/commands.js';
import type { CommandType } from '../machines/drivers/driver.js';
import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { enqueue, planStep } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { endDispatch } from './dispatches.js';
import { blockers } from './dispatch.rules.js';
import { beginRun, endRun, occupyMachine } from './follow-run.js';
import { lockedSituation } from './job-situation.js';
import type { Situation } from './job-situation.js';
import { advanceJob } from './jobs.messages.js';
import { announceJob, moveJob, moveJobOrRefuse } from './move-job.js';

const commandSeconds = 60;

/** What people decide about a job; each is one transaction that a rival decision can only lose to. */
@Injectable()
export class DecideJob {
  constructor(private readonly database: Database) {}

  /** Queues the job and confirms the slot it asked for. @throws job.state */
  approve(actor: Actor, jobId: string): Promise<void> {
    return this.on(jobId, async (sql, { bookingId }) => {
      await moveJobOrRefuse(sql, jobId, 'queued', byMember(actor));
      if (bookingId) await moveBooking(sql, bookingId, 'confirmed', byMember(actor));
      await enqueue(sql, advanceJob, `job:${jobId}`, { jobId });
    });
  }

  reject(actor: Actor, jobId: string, reason: string): Promise<void> {
    return this.on(jobId, async (sql, { bookingId }) => {
      await moveJobOrRefuse(sql, jobId, 'rejected', byMember(actor), reason);
      if (!bookingId) return;
      const by = byMember(actor);
      const rejected = await moveBooking(sql, bookingId, 'rejected', by, reason);
      if (!rejected) await moveBooking(sql, bookingId, 'cancelled', by, reason);
    });
  }

  /** Before a start has left it ends at once; after, it asks the machine to stop. @throws job.state */
  cancel(actor: Actor, jobId: string, reason: string | null): Promise<void> {
    return this.on(jobId, async (sql, situation) => {
      const by = byMember(actor);
      const { start, dispatchId } = situation;
      const withdrawn = dispatchId ? await withdrawCommands(sql, dispatchId) : [];
      if (start && start.state !== 'expired' && !withdrawn.includes('start')) {
        await moveJobOrRefuse(sql, jobId, 'cancelling', by, reason);
        await command(sql, situation, 'cancel');
        return;
      }
      await moveJobOrRefuse(sql, jobId, 'cancelled', by, reason);
      if (dispatchId) await endDispatch(sql, dispatchId, 'cancelled');
      if (situation.bookingId) {
        const given = await moveBooking(sql, situation.bookingId, 'cancelled', by, reason);
        if (!given) await moveBooking(sql, situation.bookingId, 'completed', by, reason);
      }
    });
  }

  /** The operator's start at a machine that nobody may start from afar. @throws job.blocked, job.state */
  start(actor: Actor, jobId: string): Promise<void> {
    return this.on(jobId, async (sql, situation) => {
      if (situation.state !== 'ready')
        throw new DomainError('job.state', { state: situation.state });
      const standing = blockers({ ...situation.gates, startAsked: true });
      if (standing.length > 0) {
        throw new DomainError(
          'job.blocked',
          { blockedBy: standing },
          standing.map((code) => ({ code: `blocked.${code}` })),
        );
      }
      await sql.run('UPDATE dispatches SET started_by = $2 WHERE id = $1', [
        situation.dispatchId,
        actor.id,
      ]);
      await announceJob(sql, jobId);
      await enqueue(sql, advanceJob, `job:${jobId}`, { jobId });
    });
  }

  /** Asks the machine; the state changes when the machine says so. @throws job.state */
  ask(jobId: string, type: 'pause' | 'resume'): Promise<void> {
    return this.on(jobId, async (sql, situation) => {
      const needed = type === 'pause' ? 'running' : 'paused';
      if (situation.state !== needed)
        throw new DomainError('job.state', { state: situation.state });
      await command(sql, situation, type);
    });
  }

  /** A person who looked says what became of an unknown run. @throws job.state */
  resolve(actor: Actor, jobId: string, outcome: 'completed' | 'failed' | 'running'): Promise<void> {
    return this.on(jobId, async (sql, situation) => {
      if (situation.state !== 'unknown' || !situation.dispatchId) {
        throw new DomainError('job.state', { state: situation.state });
      }
      const by = byMember(actor);
      const dispatchId = situation.dispatchId;
      if (outcome === 'running') {
        await beginRun(sql, situation, by);
        await moveJob(sql, jobId, 'running', by);
        return;
      }
      await occupyMachine(sql, situation, by);
      await endRun(sql, { ...situation, dispatchId }, outcome, by, null);
    });
  }

  private async on(
    jobId: string,
    decide: (sql: Sql, situation: Situation) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      const situation = await lockedSituation(sql, jobId);
      if (!situation) throw new DomainError('job.unknown');
      await decide(sql, situation);
    });
  }
}

async function command(sql: Sql, situation: Situation, type: CommandType): Promise<void> {
  const { jobId, machineId, dispatchId, start } = situation;
  if (!machineId || !dispatchId || !start)
    throw new DomainError('job.state', { state: situation.state });
  await issueCommand(sql, {
    machineId,
    dispatchId,
    jobId,
    type,
    // Names the run, so that a machine never stops another one.
    args: { commandId: start.id },
    expiresInSeconds: commandSeconds,
  });
  const due = await sql.row<{ at: Date }>(`SELECT now() + interval '80 seconds' AS at`);
  if (due) await planStep(sql, advanceJob, `step:job:${jobId}`, due.at, { jobId });
}
