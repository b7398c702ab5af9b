import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Queue, Worker } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { createLog } from '../../src/platform/logging/log.js';
import { enqueue } from '../../src/platform/outbox/outbox.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { HandlesMessage } from '../../src/platform/queue/message-handlers.js';
import { defineMessage, queueNames } from '../../src/platform/queue/message.js';
import { prepareQueueBackend } from '../../src/platform/queue/queue.module.js';
import type { Services } from '../../src/platform/services.js';
import { entities, migrations } from '../../src/schema.js';
import { quantile } from '../measure/spread.js';
import { serveParent } from './child-side.js';

export interface QueueProbeOrder {
  /** `ours`: a row of the outbox; `bare`: BullMQ's own add. */
  readonly side: 'ours' | 'bare';
  readonly messages: number;
}

export interface QueueProbeAnswer {
  /** Milliseconds from hand-over to handler. */
  readonly p50: number;
  readonly p99: number;
}

const probe = defineMessage<{ n: number }>('bench.probe', queueNames[0]);
const pool = 20;
const concurrency = 16;
const patienceMs = 10_000;

let arrived: (n: number) => void = () => undefined;

@Injectable()
class ProbeHandler {
  @HandlesMessage(probe)
  handle({ n }: { n: number }): Promise<void> {
    arrived(n);
    return Promise.resolve();
  }
}

/** The platform as a worker has it, outbox relay, queue and all, and a bare queue beside it. */
serveParent(async (services: Services) => {
  const log = createLog('warn', false);
  await prepareQueueBackend(services, createLog('silent', false));
  const platform = PlatformModule.forRoot({
    services,
    dataSource: dataSourceOptions(services.databaseUrl, pool, entities, migrations),
    asWorker: true,
    publicUrl: null,
    log,
  });
  class ProbeModule {}
  Module({ imports: [platform], providers: [ProbeHandler] })(ProbeModule);
  const app = await NestFactory.createApplicationContext(ProbeModule, {
    logger: false,
    abortOnError: false,
  });
  const database = app.get(Database);

  const connection =
    services.queue.kind === 'redis'
      ? { url: services.queue.url, maxRetriesPerRequest: null }
      : { connectionString: services.databaseUrl, max: 5 };
  const options = { connection, prefix: 'bench' };
  const queue = new Queue<{ n: number }>('bare', options);
  const worker = new Worker<{ n: number }>(
    'bare',
    ({ data }) => {
      arrived(data.n);
      return Promise.resolve();
    },
    { ...options, concurrency },
  );
  await worker.waitUntilReady();

  let sequence = 0;
  const handedOver = async (side: QueueProbeOrder['side'], n: number): Promise<number> => {
    const payload = { n };
    if (side === 'bare') {
      const begun = performance.now();
      await queue.add('probe', payload, { removeOnComplete: true });
      return begun;
    }
    await database.transaction((sql) => enqueue(sql, probe, `bench:${randomUUID()}`, payload));
    return performance.now();
  };
  const latency = async (side: QueueProbeOrder['side']): Promise<number> => {
    const n = (sequence += 1);
    const handled = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`message ${n} is lost`)), patienceMs);
      arrived = (which) => {
        if (which !== n) return;
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
    // Whichever comes first: the handler may run before the sender hears that all is written.
    const [begun, end] = await Promise.all([handedOver(side, n), handled]);
    return end - begun;
  };

  return {
    ready: null,
    obey: async ({ side, messages }: QueueProbeOrder): Promise<QueueProbeAnswer> => {
      const milliseconds: number[] = [];
      for (let sent = 0; sent < messages; sent += 1) milliseconds.push(await latency(side));
      const sorted = milliseconds.sort((a, b) => a - b);
      return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
    },
    stop: async () => {
      await worker.close();
      await queue.close();
      await app.close();
    },
  };
});
