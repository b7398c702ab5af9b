import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { createPostgresBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Log } from '../logging/log.js';
import type { Services } from '../services.js';
import { MessageHandlers } from './message-handlers.js';
import { queueNames } from './message.js';
import { QueueHealth } from './queue-health.js';
import { AnalysisWorker, FlowWorker, QueuePublisher } from './queue-workers.js';

/** Chooses BullMQ's backend; call before Nest boots, since BullMQ asks for it globally. */
export async function prepareQueueBackend(services: Services, log: Log): Promise<void> {
  if (services.queue.kind === 'redis') {
    setDefaultBackendFactory();
    await warnUnlessSafe(services.queue.url, log);
    return;
  }
  setDefaultBackendFactory(createPostgresBackend);
  const client = new pg.Client({ connectionString: services.databaseUrl });
  await client.connect();
  try {
    // Several copies may start at once.
    await client.query('SELECT pg_advisory_lock(7307198)');
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

async function warnUnlessSafe(url: string, log: Log): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
  });
  // ioredis throws at large without a listener; the failure itself comes from connect().
  redis.on('error', (error) => log.debug({ reason: error.message }, 'Redis'));
  try {
    await redis.connect();
    const memory = await redis.info('memory');
    const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1];
    if (policy && policy !== 'noeviction') {
      log.warn({ policy }, 'Redis may evict queue messages: set maxmemory-policy noeviction');
    }
    const persistence = await redis.info('persistence');
    if (!/aof_enabled:1/.test(persistence)) {
      log.warn(
        'Redis keeps no append-only file: a crash of it loses messages until they are rebuilt',
      );
    }
  } finally {
    redis.disconnect();
  }
}

@Module({})
export class QueueModule {
  static forRoot(services: Services, asWorker: boolean): DynamicModule {
    const connection =
      services.queue.kind === 'redis'
        ? { url: services.queue.url, maxRetriesPerRequest: null }
        : { connectionString: services.databaseUrl, max: 5 };
    const workers = asWorker ? [FlowWorker, AnalysisWorker, MessageHandlers] : [];
    return {
      module: QueueModule,
      global: true,
      imports: [
        DiscoveryModule,
        BullModule.forRoot({ connection, prefix: 'creneau' }),
        ...queueNames.map((name) => BullModule.registerQueue({ name })),
      ],
      providers: [QueueHealth, QueuePublisher, ...workers],
      exports: [QueueHealth, QueuePublisher],
    };
  }
}
