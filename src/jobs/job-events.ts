import { Injectable } from '@nestjs/common';
import { bookingClosed, bookingOpened, bookingRestored } from '../bookings/bookings.messages.js';
import { lockMachineOf } from '../bookings/lock-machine.js';
import { moveBooking } from '../bookings/move-booking.js';
import { commandSettled, machineObserved } from '../machines/machines.messages.js';
import { bySystem } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { enqueue } from '../platform/outbox/outbox.js';
import { HandlesMessage } from '../platform/queue/message-handlers.js';
import { advanceJobsOf } from './dispatches.js';
import { endStates } from './job.states.js';
import { advanceJob } from './jobs.messages.js';
import { announceJob } from './move-job.js';

/** What happens to bookings and machines, turned into a second look at the jobs it may move. */
@Injectable()
export class JobEvents {
  constructor(private readonly database: Database) {}

  @HandlesMessage(bookingOpened)
  async onBookingOpened({ bookingId }: { bookingId: string }): Promise<void> {
    await this.database.transaction((sql) => advanceJobOf(sql, bookingId));
  }

  @HandlesMessage(bookingClosed)
  async onBookingClosed({ bookingId }: { bookingId: string }): Promise<void> {
    await this.database.transaction(async (sql) => {
      const served = await advanceJobOf(sql, bookingId);
      // A slot used by hand ends with its time; a run that goes on keeps it until it ends.
      if (!served && (await isOver(sql, bookingId)))
        await moveBooking(sql, bookingId, 'completed', bySystem);
    });
  }

  /** A cancel was taken back: the job that lost the slot has it again, unless it has another. */
  @HandlesMessage(bookingRestored)
  async onBookingRestored({ bookingId, jobId }: { bookingId: string; jobId: string }) {
    await this.database.transaction(async (sql) => {
      await sql.run(
        `UPDATE jobs SET booking_id = $2
          WHERE id = $1 AND booking_id IS NULL AND state IN ('awaiting_approval', 'queued')
            AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.booking_id = $2)`,
        [jobId, bookingId],
      );
      await announceJob(sql, jobId);
      await enqueue(sql, advanceJob, `job:${jobId}`, { jobId });
    });
  }

  @HandlesMessage(machineObserved)
  async onMachineObserved({ machineId }: { machineId: string }): Promise<void> {
    await this.database.transaction((sql) => advanceJobsOf(sql, machineId));
  }

  @HandlesMessage(commandSettled)
  async onCommandSettled({ commandId }: { commandId: string }): Promise<void> {
    await this.database.transaction(async (sql) => {
      const command = await sql.row<{ jobId: string | null }>(
        'SELECT job_id AS "jobId" FROM commands WHERE id = $1',
        [commandId],
      );
      if (command?.jobId)
        await enqueue(sql, advanceJob, `job:${command.jobId}`, { jobId: command.jobId });
    });
  }
}

/** The message may be late: the slot was had back meanwhile, or was extended. */
async function isOver(sql: Sql, bookingId: string): Promise<boolean> {
  await lockMachineOf(sql, bookingId);
  return (
    (await sql.row('SELECT 1 FROM bookings WHERE id = $1 AND ends_at <= now()', [bookingId])) !==
    null
  );
}

async function advanceJobOf(sql: Sql, bookingId: string): Promise<boolean> {
  const job = await sql.row<{ id: string }>(
    'SELECT id FROM jobs WHERE booking_id = $1 AND NOT state = ANY($2)',
    [bookingId, endStates],
  );
  if (!job) return false;
  await enqueue(sql, advanceJob, `job:${job.id}`, { jobId: job.id });
  return true;
}
