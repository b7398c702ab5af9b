import pg from 'pg';
import type { Database } from '../../src/platform/database/database.js';
import { createLog } from '../../src/platform/logging/log.js';
import { listDeadLetters, retryDeadLetter } from '../../src/platform/outbox/dead-letters.js';
import { OutboxRelay, PoisonMessage } from '../../src/platform/outbox/outbox-relay.js';
import type { OutboxMessage, Publisher } from '../../src/platform/outbox/outbox-relay.js';
import { dropStep, enqueue, planStep } from '../../src/platform/outbox/outbox.js';
import { defineMessage } from '../../src/platform/queue/message.js';
import { freshDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';

const said = defineMessage<{ n: number }>('test.said', 'flow');
const log = createLog('silent', false);

describe('the outbox relay', () => {
  let fresh: TestDatabase;
  let database: Database;
  let relays: OutboxRelay[];

  beforeEach(async () => {
    fresh = await freshDatabase();
    database = fresh.database;
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await fresh.close();
  });

  const relay = (queue: Publisher, listens = true) => {
    const connect = async () => {
      if (!listens) throw new Error('no listening connection is to be had');
      const client = new pg.Client({ connectionString: fresh.url });
      await client.connect();
      return client;
    };
    const started = new OutboxRelay(database, connect, { queue, change: async () => {} }, log);
    started.start();
    relays.push(started);
  };
  const numbers = (messages: readonly OutboxMessage[]) =>
    messages.map(({ payload }) => payload['n'] as number);
  const left = async () =>
    (await database.row<{ count: number }>('SELECT count(*)::int AS count FROM outbox'))?.count;

  it('carries what was committed, and nothing that was rolled back', async () => {
    const seen: number[] = [];
    relay(async (messages) => void seen.push(...numbers(messages)));
    await database.transaction((sql) => enqueue(sql, said, 'a', { n: 1 }));
    await expect(
      database.transaction(async (sql) => {
        await enqueue(sql, said, 'a', { n: 2 });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow();
    await database.transaction((sql) => enqueue(sql, said, 'a', { n: 3 }));
    await eventually(() => expect(seen).toEqual([1, 3]));
    await eventually(async () => expect(await left()).toBe(0));
  });

  it('finds rows by polling where it cannot listen', async () => {
    const seen: number[] = [];
    relay(async (messages) => void seen.push(...numbers(messages)), false);
    await enqueue(database, said, 'a', { n: 1 });
    await eventually(() => expect(seen).toEqual([1]));
  });

  it('keeps each aggregate in order while several copies share the work, each row once', async () => {
    const seen = new Map<string, number[]>();
    const publish: Publisher = async (messages) => {
      for (const { payload } of messages) {
        const { of, n } = payload as { of: string; n: number };
        seen.set(of, [...(seen.get(of) ?? []), n]);
      }
    };
    const aggregates = Array.from({ length: 20 }, (_, index) => `aggregate-${index}`);
    await Promise.all(
      aggregates.map(async (of) => {
        for (let n = 0; n < 25; n += 1)
          await database.run(
            `INSERT INTO outbox (destination, aggregate, name, payload) VALUES ('queue', $1, $2, $3)`,
            [of, said.name, JSON.stringify({ of, n })],
          );
      }),
    );
    relay(publish);
    relay(publish);
    relay(publish);
    await eventually(async () => expect(await left()).toBe(0));
    for (const of of aggregates)
      expect(seen.get(of)).toEqual(Array.from({ length: 25 }, (_, n) => n));
  });

  it('waits an outage of the destination out and loses nothing', async () => {
    const seen: number[] = [];
    let away = true;
    relay(async (messages) => {
      if (away) throw new Error('nobody there');
      seen.push(...numbers(messages));
    });
    for (const n of [1, 2, 3]) await enqueue(database, said, 'a', { n });
    await eventually(async () => {
      const tried = await database.row<{ tried: number }>(
        'SELECT max(attempts) AS tried FROM outbox',
      );
      expect(tried?.tried).toBeGreaterThan(0);
    });
    expect(await left()).toBe(3);
    away = false;
    await eventually(() => expect(seen).toEqual([1, 2, 3]));
  });

  it('sets a message aside that can never leave, lets the others pass, and gives it back when asked', async () => {
    const seen: number[] = [];
    let mended = false;
    relay(async (messages) => {
      const poison = messages.find(({ payload }) => payload['n'] === 2);
      if (poison && !mended) throw new PoisonMessage(poison.id, 'nobody knows this message');
      seen.push(...numbers(messages));
    });
    for (const n of [1, 2, 3]) await enqueue(database, said, `of-${n}`, { n });
    await eventually(() => expect([...seen].sort()).toEqual([1, 3]));
    const [dead] = await listDeadLetters(database);
    expect(dead).toMatchObject({ source: 'relay', name: said.name, payload: { n: 2 } });
    mended = true;
    expect(await retryDeadLetter(database, dead?.id ?? '')).toBe(true);
    await eventually(() => expect([...seen].sort()).toEqual([1, 2, 3]));
    expect(await listDeadLetters(database)).toEqual([]);
    expect(await retryDeadLetter(database, dead?.id ?? '')).toBe(false);
  });

  it('publishes again what was published just before a crash', async () => {
    const seen: number[] = [];
    let crashed = false;
    relay(async (messages) => {
      seen.push(...numbers(messages));
      if (crashed) return;
      crashed = true;
      throw new Error('killed before the row was deleted');
    });
    await enqueue(database, said, 'a', { n: 1 });
    await eventually(() => expect(seen).toEqual([1, 1]));
    await eventually(async () => expect(await left()).toBe(0));
  });

  it('holds a planned step back until its instant; planning it again moves it, dropping it ends it', async () => {
    const seen: number[] = [];
    relay(async (messages) => void seen.push(...numbers(messages)));
    const hour = new Date(Date.now() + 3_600_000);
    await planStep(database, said, 'step:1', hour, { n: 1 });
    await planStep(database, said, 'step:2', hour, { n: 2 });
    await dropStep(database, 'step:2');
    await planStep(database, said, 'step:1', new Date(0), { n: 3 });
    await enqueue(database, said, 'other', { n: 4 });
    await eventually(() => expect([...seen].sort()).toEqual([3, 4]));
    await eventually(async () => expect(await left()).toBe(0));
  });
});
