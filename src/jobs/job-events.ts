import { Injectable } from '@nestjs/common';
import { bookingClosed, bookingOpened } from '../bookings/bookings.messages.js';
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
      if (!served) await moveBooking(sql, bookingId, 'completed', bySystem);
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

async function advanceJobOf(sql: Sql, bookingId: string): Promise<boolean> {
  const job = await sql.row<{ id: string }>(
    'SELECT id FROM jobs WHERE booking_id = $1 AND NOT state = ANY($2)',
    [bookingId, endStates],
  );
  if (!job) return false;
  await enqueue(sql, advanceJob, `job:${job.id}`, { jobId: job.id });
  return true;
}
