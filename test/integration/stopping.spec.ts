import { connect } from 'mqtt';
import pg from 'pg';
import { startBroker } from '../../src/embedded/broker.js';
import { createLog } from '../../src/platform/logging/log.js';
import { OutboxRelay } from '../../src/platform/outbox/outbox-relay.js';
import { startApp } from '../support/app.js';
import { freshDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { onlineMachine } from '../builders/online-machine.js';

/** Only ends a test that would never pass. */
const limitMs = 30_000;

describe('stopping', () => {
  it(
    'comes to an end the moment after the start',
    async () => {
      for (let round = 0; round < 3; round += 1) await (await startApp()).stop();
    },
    limitMs,
  );

  it(
    'comes to an end while the database and the broker are away',
    async () => {
      for (const cuttable of ['database', 'broker'] as const) {
        const app = await startApp({ cuttable });
        const { wire } = await onlineMachine(app);
        await eventually(async () => {
          const seen = await app.database.row('SELECT 1 FROM machine_observations');
          expect(seen).not.toBeNull();
        });
        await app.line.cut();
        await wire.say({ state: 'attention' });
        await app.stop();
      }
    },
    limitMs,
  );

  it(
    'comes to an end while everything waits for a database that does not answer',
    async () => {
      const app = await startApp({ cuttable: 'database' });
      await app.line.cut();
      await app.line.mendHeld();
      // Two listeners, two drains of the outbox and the sender's round.
      await eventually(() => expect(app.line.connections()).toBeGreaterThanOrEqual(5));
      await app.stop();
    },
    limitMs,
  );

  it(
    'comes to an end while somebody has not finished to sign in to the broker',
    async () => {
      let asked = false;
      const authenticate = () => new Promise<null>(() => (asked = true));
      const log = { info: () => undefined, warn: () => undefined };
      const broker = await startBroker({ port: 0, host: '127.0.0.1', authenticate, log });
      const client = connect(broker.url, { username: 'x', password: 'y', reconnectPeriod: 0 });
      await eventually(() => expect(asked).toBe(true));
      await broker.stop();
      await client.endAsync(true);
    },
    limitMs,
  );

  it(
    'comes to an end while the relay is only just connecting',
    async () => {
      const fresh = await freshDatabase();
      let allow: () => void = () => undefined;
      const allowed = new Promise<void>((resolve) => (allow = resolve));
      const relay = new OutboxRelay(
        fresh.database,
        async () => {
          await allowed;
          const client = new pg.Client({ connectionString: fresh.url });
          await client.connect();
          return client;
        },
        { queue: async () => {}, change: async () => {} },
        createLog('silent', false),
      );
      relay.start();
      const stopped = relay.stop();
      allow();
      await stopped;
      await fresh.close();
    },
    limitMs,
  );
});
