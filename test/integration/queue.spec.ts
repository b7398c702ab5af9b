import { Injectable, Module } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { createLog } from '../../src/platform/logging/log.js';
import { listDeadLetters } from '../../src/platform/outbox/dead-letters.js';
import { enqueue } from '../../src/platform/outbox/outbox.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { HandlesMessage, MessageHandlers } from '../../src/platform/queue/message-handlers.js';
import { defineMessage } from '../../src/platform/queue/message.js';
import { QueueHealth } from '../../src/platform/queue/queue-health.js';
import { QueuePublisher } from '../../src/platform/queue/queue-workers.js';
import { prepareQueueBackend } from '../../src/platform/queue/queue.module.js';
import type { Services } from '../../src/platform/services.js';
import { entities, migrations } from '../../src/schema.js';
import { freshDatabase, freshRedis, queueBackends } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';

const greet = defineMessage<{ n: number }>('test.greet', 'flow');
const stumble = defineMessage<{ n: number }>('test.stumble', 'flow');
const fall = defineMessage<{ n: number }>('test.fall', 'flow');

/** What was handled, and how often the clumsy ones were tried. */
@Injectable()
class Handlers {
  readonly greeted: number[] = [];
  readonly tried = new Map<number, number>();

  @HandlesMessage(greet)
  async onGreet({ n }: { n: number }): Promise<void> {
    this.greeted.push(n);
  }

  @HandlesMessage(stumble)
  async onStumble({ n }: { n: number }): Promise<void> {
    const tries = (this.tried.get(n) ?? 0) + 1;
    this.tried.set(n, tries);
    if (tries < 3) throw new Error('not yet');
  }

  @HandlesMessage(fall)
  async onFall(): Promise<void> {
    throw new Error('never');
  }
}

@Injectable()
class SecondGreeter {
  @HandlesMessage(greet)
  async onGreet(): Promise<void> {}
}

const log = createLog('silent', false);

describe.each(queueBackends)('queue messages on %s', (backend) => {
  let fresh: TestDatabase;
  let services: Services;
  const running: INestApplicationContext[] = [];

  beforeEach(async () => {
    fresh = await freshDatabase();
    const queue =
      backend === 'redis'
        ? ({ kind: 'redis', url: await freshRedis() } as const)
        : ({ kind: 'postgres' } as const);
    services = { databaseUrl: fresh.url, queue, mqttUrl: 'mqtt://127.0.0.1:1' };
    await prepareQueueBackend(services, log);
  });
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
    await fresh.close();
  });

  /** A worker process with these providers. */
  const start = async () => {
    @Module({
      imports: [
        PlatformModule.forRoot({
          services,
          dataSource: dataSourceOptions(fresh.url, 10, entities, migrations),
          asWorker: true,
          publicUrl: null,
          log,
        }),
      ],
      providers: [Handlers],
    })
    class TestModule {}
    const app = await NestFactory.createApplicationContext(TestModule, {
      logger: false,
      abortOnError: false,
    });
    running.push(app);
    return app;
  };

  it('reach their handler once each, from the commit that added them', async () => {
    const app = await start();
    await fresh.database.transaction(async (sql) => {
      for (let n = 0; n < 200; n += 1) await enqueue(sql, greet, `of-${n}`, { n });
    });
    const { greeted } = app.get(Handlers);
    await eventually(() => expect(greeted).toHaveLength(200));
    expect(new Set(greeted).size).toBe(200);
    await app.get(QueueHealth).ping();
  });

  it('are dropped when handed over a second time', async () => {
    const app = await start();
    const publisher = app.get(QueuePublisher);
    const message = {
      id: '7',
      destination: 'queue',
      name: greet.name,
      payload: { n: 7 },
      attempts: 0,
      createdAt: new Date(0),
    } as const;
    await publisher.publish([message]);
    await publisher.publish([message]);
    await publisher.publish([{ ...message, id: '8', payload: { n: 8 } }]);
    const { greeted } = app.get(Handlers);
    await eventually(() => expect([...greeted].sort()).toEqual([7, 8]));
  });

  it('are not taken for those of an earlier database whose numbers were the same', async () => {
    const app = await start();
    const publisher = app.get(QueuePublisher);
    const message = { id: '1', destination: 'queue', name: greet.name, attempts: 0 } as const;
    await publisher.publish([{ ...message, payload: { n: 1 }, createdAt: new Date(1_000) }]);
    await publisher.publish([{ ...message, payload: { n: 2 }, createdAt: new Date(2_000) }]);
    await eventually(() => expect([...app.get(Handlers).greeted].sort()).toEqual([1, 2]));
  });

  it('are tried again while their handler stumbles', async () => {
    const app = await start();
    await enqueue(fresh.database, stumble, 'a', { n: 1 });
    await eventually(() => expect(app.get(Handlers).tried.get(1)).toBe(3));
    expect(await listDeadLetters(fresh.database)).toEqual([]);
  });

  it('become dead letters, with the reason, after the last try', async () => {
    await start();
    await enqueue(fresh.database, fall, 'a', { n: 1 });
    await eventually(async () =>
      expect(await listDeadLetters(fresh.database)).toMatchObject([
        { source: 'handler', name: fall.name, payload: { n: 1 }, error: 'never', attempts: 5 },
      ]),
    );
  });

  it('are shared out among workers, each handled by one', async () => {
    const apps = [await start(), await start()];
    await fresh.database.transaction(async (sql) => {
      for (let n = 0; n < 300; n += 1) await enqueue(sql, greet, `of-${n}`, { n });
    });
    const all = () => apps.flatMap((app) => app.get(Handlers).greeted);
    await eventually(() => expect(new Set(all()).size).toBe(300));
    expect(all()).toHaveLength(300);
  });
});

describe('the handlers of queue messages', () => {
  const discover = (...providers: (typeof Handlers | typeof SecondGreeter)[]) => {
    @Module({ imports: [DiscoveryModule], providers: [MessageHandlers, ...providers] })
    class TestModule {}
    return NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  };

  it('stop the start when a message has none, or two', async () => {
    await expect(discover()).rejects.toThrow('test.greet has no handler');
    await expect(discover(Handlers, SecondGreeter)).rejects.toThrow('test.greet has two handlers');
    await expect(discover(Handlers)).resolves.toBeDefined();
  });
});
