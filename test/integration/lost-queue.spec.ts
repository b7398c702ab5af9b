import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import { comeDue, happened, timedSteps } from '../builders/timed-steps.js';
import type { TimedSteps } from '../builders/timed-steps.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { queueBackends } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';
import { WaitingLine } from '../builders/waiting-line.js';
import { comingDay } from '../builders/slots.js';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';

const count = 1_000;
const limitMs = 240_000;

const withRedis = queueBackends.includes('redis') ? describe : describe.skip;

withRedis(`a queue that is lost with ${count} timed steps of bookings`, () => {
  let redis: OwnRedis;
  let app: TestApp;
  let memberId: string;
  let queue: Queue;

  beforeAll(async () => {
    redis = await OwnRedis.start();
    app = await startApp({ backend: 'redis', variables: { REDIS_URL: redis.url } });
    memberId = await app.lab.member();
    queue = app.nest.get<Queue>(getQueueToken('flow'), { strict: false });
  });
  afterAll(async () => {
    await app.stop();
    await redis.kill();
  });

  const pending = async () => {
    const { id } = await app.lab.machine();
    return timedSteps(app.database, id, memberId, count);
  };
  const left = async () =>
    (
      await app.database.row<{ count: number }>(
        `SELECT count(*)::int AS count FROM outbox
          WHERE available_at <= now() AND key LIKE 'step:booking:%'`,
      )
    )?.count ?? 0;
  const expectAllOnce = async (steps: TimedSteps) => {
    await eventually(
      async () => expect((await happened(app.database, steps)).done).toBe(count),
      120_000,
    );
    // Time for a second one of any, were there one.
    await eventually(async () => expect(await left()).toBe(0));
    expect(await happened(app.database, steps)).toEqual({ done: count, wrong: 0, told: count / 2 });
  };

  it(
    'makes every one happen, once, though all of them were lost in it',
    async () => {
      const steps = await pending();
      await queue.pause();
      await comeDue(app.database, steps);
      await eventually(async () => expect(await queue.count()).toBeGreaterThanOrEqual(count));
      expect((await happened(app.database, steps)).done).toBe(0);
      await redis.flushAll();
      expect(await queue.count()).toBe(0);
      await queue.resume();
      await expectAllOnce(steps);
    },
    limitMs,
  );

  it(
    'makes every one happen, once, though it is emptied again and again while they come due',
    async () => {
      const steps = await pending();
      await comeDue(app.database, steps);
      let flushes = 0;
      while ((await left()) > 0 || flushes < 10) {
        await redis.flushAll();
        flushes += 1;
        await delay(20);
      }
      await expectAllOnce(steps);
    },
    limitMs,
  );

  it(
    'makes every one happen, once, though its server dies and comes back with nothing',
    async () => {
      const steps = await pending();
      await comeDue(app.database, steps);
      await eventually(async () =>
        expect((await happened(app.database, steps)).done).toBeGreaterThan(0),
      );
      await redis.kill();
      await redis.startAgain();
      await expectAllOnce(steps);
    },
    limitMs,
  );

  it('offers freed time to who waits for it, though the queue forgot that it was freed', async () => {
    const line = new WaitingLine(app);
    const [holder, waiting] = [await line.aMember(), await line.aMember()];
    const { id: machineId } = await app.lab.machine();
    const { body } = await holder.client.post<BookingDto>('/bookings', {
      machineId,
      startsAt: comingDay(2, 10),
      endsAt: comingDay(2, 12),
    });
    const wish = await line.wish(waiting.client, { machineId });
    await queue.pause();
    await holder.client.post(`/bookings/${body.id}/cancel`);
    await line.settled();
    await redis.flushAll();
    await queue.resume();
    expect((await line.offered(waiting.client, wish)).startsAt).toBe(comingDay(2, 10));
    expect(await line.told(waiting.id)).toHaveLength(1);
  }, 60_000);
});
