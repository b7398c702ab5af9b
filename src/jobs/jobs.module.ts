import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { BookingsModule } from '../bookings/bookings.module.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { AdvanceJob } from './advance-job.js';
import { AnalyseJob } from './analyse-job.js';
import { BookJob } from './book-job.js';
import { DecideJob } from './decide-job.js';
import { FileStore } from './file-store.js';
import { FilesController } from './files.controller.js';
import { JobDecisionsController } from './job-decisions.controller.js';
import { JobEvents } from './job-events.js';
import { JobView } from './job-view.js';
import { JobsController } from './jobs.controller.js';
import { QueueController } from './queue.controller.js';
import { Recovery } from './recovery.js';
import { SignedFiles } from './signed-files.js';
import { SubmitJob } from './submit-job.js';

export interface JobsOptions {
  readonly filesFolder: string;
  /** Where machines reach us. */
  readonly baseUrl: string;
  readonly asWorker: boolean;
}

@Module({})
export class JobsModule {
  static forRoot(options: JobsOptions): DynamicModule {
    const worker = options.asWorker ? [AnalyseJob, AdvanceJob, JobEvents, Recovery] : [];
    return {
      module: JobsModule,
      imports: [BookingsModule],
      controllers: [JobsController, JobDecisionsController, QueueController, FilesController],
      providers: [
        { provide: FileStore, useFactory: () => new FileStore(options.filesFolder) },
        {
          provide: SignedFiles,
          useFactory: (database: Database, clock: Clock) =>
            new SignedFiles(database, clock, options.baseUrl),
          inject: [Database, Clock],
        },
        SubmitJob,
        BookJob,
        DecideJob,
        JobView,
        ...worker,
      ],
      exports: [JobView],
    };
  }
}
