import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Config } from './config/config.js';
import { BadgesModule } from './bookings/badges/badges.module.js';
import { BookingsModule } from './bookings/bookings.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LiveModule } from './live/live.module.js';
import { MachinesModule } from './machines/machines.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PeopleModule } from './people/people.module.js';
import type { Clock } from './platform/clock/clock.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import type { Log } from './platform/logging/log.js';
import { PlatformModule } from './platform/platform.module.js';
import type { Services } from './platform/services.js';
import { entities, migrations } from './schema.js';

export interface AppOptions {
  readonly config: Config;
  readonly services: Services;
  readonly filesFolder: string;
  /** Where machines fetch their files. */
  readonly baseUrl: string;
  readonly log: Log;
  /** Left out: the system's. */
  readonly clock?: Clock;
}

/** Composition only: which rooms there are, and which roles this process plays. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions): DynamicModule {
    const { config, services, filesFolder, baseUrl, log } = options;
    const asWorker = config.roles.includes('worker');
    const jobs = JobsModule.forRoot({ filesFolder, baseUrl, asWorker });
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot({
          services,
          dataSource: dataSourceOptions(
            services.databaseUrl,
            config.database.pool,
            entities,
            migrations,
          ),
          asWorker,
          publicUrl: config.http.publicUrl,
          outgoingNetworks: config.outgoing.networks,
          log,
          ...(options.clock ? { clock: options.clock } : {}),
        }),
        PeopleModule,
        MachinesModule.forRoot(config.roles.includes('gateway')),
        BookingsModule,
        BadgesModule.forRoot(config.roles.includes('gateway')),
        jobs,
        NotificationsModule,
        HousekeepingModule.forRoot(asWorker),
        LiveModule.forRoot(jobs),
      ],
    };
  }
}
