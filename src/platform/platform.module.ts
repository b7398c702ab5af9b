import { Inject, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { Clock, SystemClock } from './clock/clock.js';
import { Database } from './database/database.js';
import { HealthController } from './health/health.controller.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { VersionInterceptor } from './http/version.js';
import type { Log } from './logging/log.js';
import { Metrics } from './metrics/metrics.js';
import { publishChanges } from './mqtt/change-publisher.js';
import { MqttLink } from './mqtt/mqtt-link.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { Outgoing } from './outgoing/outgoing.js';
import { reachable, reachableNearby } from './outgoing/reachable.js';
import { QueuePublisher } from './queue/queue-workers.js';
import { QueueModule } from './queue/queue.module.js';
import type { Services } from './services.js';
import { LOG, NEARBY, PUBLIC_ORIGIN, SECURE_COOKIES, SERVICES } from './tokens.js';

export interface PlatformOptions {
  readonly services: Services;
  readonly dataSource: DataSourceOptions;
  readonly asWorker: boolean;
  readonly publicUrl: string | null;
  /** Of our own, that outgoing requests may lead to. Left out: none. */
  readonly outgoingNetworks?: readonly string[];
  readonly log: Log;
  /** Left out: the system's. */
  readonly clock?: Clock;
}

/** Database, queue, MQTT, outbox, clock, log, health and metrics, for every room. */
@Module({})
export class PlatformModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private relay: OutboxRelay | null = null;

  constructor(
    private readonly database: Database,
    private readonly queue: QueuePublisher,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    @Inject(SERVICES) private readonly services: Services,
    @Inject(LOG) private readonly log: Log,
    @Inject('AS_WORKER') private readonly asWorker: boolean,
  ) {}

  static forRoot(options: PlatformOptions): DynamicModule {
    const { services, log } = options;
    return {
      module: PlatformModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({ ...options.dataSource, retryAttempts: 1 }),
        QueueModule.forRoot(services, options.asWorker),
      ],
      controllers: [HealthController],
      providers: [
        Database,
        Metrics,
        { provide: Clock, useValue: options.clock ?? new SystemClock() },
        { provide: LOG, useValue: log },
        { provide: SERVICES, useValue: services },
        { provide: Outgoing, useValue: new Outgoing(reachable(options.outgoingNetworks ?? [])) },
        {
          provide: NEARBY,
          useValue: new Outgoing(reachableNearby(options.outgoingNetworks ?? [])),
        },
        {
          provide: PUBLIC_ORIGIN,
          useValue: options.publicUrl === null ? null : new URL(options.publicUrl).origin,
        },
        { provide: SECURE_COOKIES, useValue: options.publicUrl?.startsWith('https:') ?? false },
        { provide: 'AS_WORKER', useValue: options.asWorker },
        {
          provide: MqttLink,
          useFactory: () => new MqttLink(services.mqttUrl, `creneau-${randomUUID()}`, log),
        },
        // The first is the outermost: a replayed answer has its ETag too.
        { provide: APP_INTERCEPTOR, useClass: VersionInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
      exports: [
        Database,
        Metrics,
        Clock,
        LOG,
        SERVICES,
        Outgoing,
        NEARBY,
        MqttLink,
        PUBLIC_ORIGIN,
        SECURE_COOKIES,
      ],
    };
  }

  onApplicationBootstrap(): void {
    if (!this.asWorker) return;
    this.relay = new OutboxRelay(
      this.database,
      async () => {
        const client = new pg.Client({
          connectionString: this.services.databaseUrl,
          connectionTimeoutMillis: 5_000,
        });
        // Before the relay listens for it: an error that nobody listens to ends the process.
        client.on('error', (error) => this.log.debug({ reason: error.message }, 'outbox relay'));
        await client.connect();
        return client;
      },
      {
        queue: (messages) => this.queue.publish(messages),
        change: (messages) => publishChanges(this.mqtt, messages),
      },
      this.log,
    );
    this.relay.start();
  }

  /** What works on the database ends before Nest closes its pool. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.relay?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.mqtt.close();
  }
}
