import { comeDue, happened, timedSteps } from '../builders/timed-steps.js';
import { aLab } from '../builders/lab.js';
import { startTestBroker } from '../support/broker.js';
import type { TestBroker } from '../support/broker.js';
import { freshDatabase, freshRedis, preferredBackend } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startServer } from '../support/server.js';
import type { Server } from '../support/server.js';

const count = 1_000;

describe('a worker that is killed with messages in its hands', () => {
  let fresh: TestDatabase;
  let broker: TestBroker;
  let servers: Server[];

  beforeAll(async () => {
    fresh = await freshDatabase();
    broker = await startTestBroker(fresh.database);
    const variables = {
      DATABASE_URL: fresh.url,
      MQTT_URL: broker.url,
      LOG_LEVEL: 'warn',
      ROLES: 'api,worker',
      ...(preferredBackend === 'redis'
        ? { REDIS_URL: await freshRedis() }
        : { QUEUE_BACKEND: 'postgres' }),
    };
    servers = [await startServer({ variables }), await startServer({ variables })];
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill('SIGTERM')));
    await broker.stop();
    await fresh.close();
  });

  it(`leaves every one of ${count} timed steps to another, and each happens once`, async () => {
    const lab = await aLab(fresh.database);
    const { id } = await lab.machine();
    const steps = await timedSteps(fresh.database, id, await lab.member(), count);
    await comeDue(fresh.database, steps);
    await eventually(async () =>
      expect((await happened(fresh.database, steps)).done).toBeGreaterThan(20),
    );
    await servers.shift()?.kill('SIGKILL');
    const atDeath = (await happened(fresh.database, steps)).done;
    expect(atDeath).toBeLessThan(count);
    await eventually(
      async () => expect((await happened(fresh.database, steps)).done).toBe(count),
      120_000,
    );
    expect(await happened(fresh.database, steps)).toEqual({
      done: count,
      wrong: 0,
      told: count / 2,
    });
  }, 240_000);
});
