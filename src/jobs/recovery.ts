import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { BookingSteps } from '../bookings/booking-steps.js';
import { OfferFreedTime } from '../bookings/waiting-list/offer-freed-time.js';
import { RefreshCalendars } from '../bookings/lab-calendars/refresh-calendars.js';
import { Database } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { enqueue } from '../platform/outbox/outbox.js';
import { LOG } from '../platform/tokens.js';
import { AnalyseJob } from './analyse-job.js';
import { advanceJob, analyseJob } from './jobs.messages.js';

const everyMs = 20_000;

/**
 * A queue that was flushed or lost forgets what it was handed; PostgreSQL does not. Now and then,
 * and at start, everything unfinished is asked for again. The handlers are safe to repeat.
 */
@Injectable()
export class Recovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly bookings: BookingSteps,
    private readonly line: OfferFreedTime,
    private readonly calendars: RefreshCalendars,
    private readonly analysis: AnalyseJob,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const recover = () => {
      this.running = this.recover().catch((error: unknown) =>
        this.log.warn({ err: error }, 'recovery failed, will try again'),
      );
    };
    recover();
    this.timer = setInterval(recover, everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async recover(): Promise<void> {
    await this.bookings.recover();
    await this.line.recover();
    await this.calendars.recover();
    const unread = await this.analysis.recover();
    const unfinished = await this.database.rows<{ id: string }>(
      `SELECT j.id FROM jobs j LEFT JOIN bookings b ON b.id = j.booking_id
        WHERE j.state IN ('staging', 'ready', 'running', 'paused', 'cancelling', 'unknown')
           OR (j.state IN ('queued', 'awaiting_approval') AND b.starts_at <= now())`,
    );
    await this.database.transaction(async (sql) => {
      for (const jobId of unread) await enqueue(sql, analyseJob, `job:${jobId}`, { jobId });
      for (const { id } of unfinished) await enqueue(sql, advanceJob, `job:${id}`, { jobId: id });
    });
  }
}
