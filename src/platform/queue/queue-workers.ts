import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { LOG } from '../tokens.js';
import { PoisonMessage } from '../outbox/outbox-relay.js';
import type { OutboxMessage } from '../outbox/outbox-relay.js';
import { MessageHandlers } from './message-handlers.js';
import { messageType } from './message.js';
import type { QueueName } from './message.js';

const attempts = 5;
const addTimeoutMs = 5_000;
const closeTimeoutMs = 5_000;

/** A killed worker's message runs again after the lock; an analysis holds no lock of the loop. */
const timing = { lockDuration: 15_000, stalledInterval: 7_500, maxStalledCount: 3 };

abstract class MessageWorker extends WorkerHost implements BeforeApplicationShutdown {
  constructor(
    private readonly handlers: MessageHandlers,
    private readonly database: Database,
    private readonly log: Log,
  ) {
    super();
  }

  override async process(message: Job<Record<string, unknown>>): Promise<void> {
    await this.handlers.handlerOf(message.name)(message.data);
  }

  /** Messages in hand are finished, or handed back, while the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    // Without a bound, close() waits for as long as Redis is away.
    await within(closeTimeoutMs, this.worker.close()).catch((error: unknown) =>
      this.log.warn({ err: error }, 'queue worker not closed in order'),
    );
  }

  @OnWorkerEvent('failed')
  async onFailed(message: Job<Record<string, unknown>> | undefined, error: Error): Promise<void> {
    if (!message) return;
    const final = message.attemptsMade >= (message.opts.attempts ?? 1);
    this.log[final ? 'error' : 'warn'](
      { err: error, name: message.name, data: message.data },
      'message failed',
    );
    if (!final) return;
    await this.database
      .run(
        `INSERT INTO dead_letters (source, name, payload, error, attempts)
         VALUES ('handler', $1, $2, $3, $4)`,
        [message.name, JSON.stringify(message.data), error.message, message.attemptsMade],
      )
      .catch((failure: unknown) => this.log.error({ err: failure }, 'dead letter not recorded'));
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.log.warn({ err: error }, 'queue worker');
  }
}

@Processor('flow', { concurrency: 16, ...timing })
export class FlowWorker extends MessageWorker {
  constructor(handlers: MessageHandlers, database: Database, @Inject(LOG) log: Log) {
    super(handlers, database, log);
  }
}

@Processor('analysis', { concurrency: 1, ...timing })
export class AnalysisWorker extends MessageWorker {
  constructor(handlers: MessageHandlers, database: Database, @Inject(LOG) log: Log) {
    super(handlers, database, log);
  }
}

/** Hands outbox rows to BullMQ; the row's id is the message's id, so a repeat is dropped. */
@Injectable()
export class QueuePublisher {
  private readonly queues: Readonly<Record<QueueName, Queue>>;

  constructor(
    @InjectQueue('flow') flow: Queue,
    @InjectQueue('analysis') analysis: Queue,
    @Inject(LOG) log: Log,
  ) {
    this.queues = { flow, analysis };
    // BullMQ writes to the console where nobody listens; it connects again by itself.
    for (const queue of [flow, analysis])
      queue.on('error', (error) => log.warn({ err: error, queue: queue.name }, 'queue'));
  }

  async publish(messages: readonly OutboxMessage[]): Promise<void> {
    const byQueue = new Map<QueueName, OutboxMessage[]>();
    for (const message of messages) {
      const type = messageType(message.name);
      if (!type) throw new PoisonMessage(message.id, `the message ${message.name} is not defined`);
      byQueue.set(type.queue, [...(byQueue.get(type.queue) ?? []), message]);
    }
    for (const [queue, batch] of byQueue) {
      // Without a bound, add() waits for as long as Redis is away.
      await within(addTimeoutMs, this.queues[queue].addBulk(batch.map(asBullMessage)));
    }
  }
}

function asBullMessage(message: OutboxMessage) {
  return {
    name: message.name,
    data: message.payload,
    opts: {
      jobId: `outbox-${message.id}-${message.createdAt.getTime()}`,
      attempts,
      backoff: { type: 'exponential', delay: 500 },
      removeOnComplete: { age: 3_600, count: 5_000 },
      removeOnFail: { age: 7 * 86_400 },
    },
  };
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue did not answer in time')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
