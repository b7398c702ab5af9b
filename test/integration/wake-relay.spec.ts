import pg from 'pg';
import { outboxChannel } from '../../src/platform/outbox/outbox.js';
import { wakeRelay } from '../../src/platform/outbox/wake-relay.js';
import { freshDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';

describe('waking the relay after a commit', () => {
  let fresh: TestDatabase;
  let listener: pg.Client;
  /** The newest row that was committed when a wake came. */
  let seen: number[];

  const newest = async (): Promise<number> => {
    const { rows } = await listener.query<{ n: number }>(
      `SELECT coalesce(max((payload->>'n')::int), 0) AS n FROM outbox`,
    );
    return rows[0]?.n ?? 0;
  };
  const add = async (n: number) => {
    await fresh.database.run(
      `INSERT INTO outbox (destination, aggregate, name, payload) VALUES ('queue', 'a', 'n', $1)`,
      [JSON.stringify({ n })],
    );
    wakeRelay(fresh.database);
  };

  beforeEach(async () => {
    fresh = await freshDatabase();
    listener = new pg.Client({ connectionString: fresh.url });
    await listener.connect();
    seen = [];
    listener.on('notification', () => void newest().then((n) => seen.push(n)));
    await listener.query(`LISTEN ${outboxChannel}`);
  });
  afterEach(async () => {
    await listener.end();
    await fresh.close();
  });

  it('tells of the last of many rows, though their wakes are gathered', async () => {
    const rows = 200;
    for (let n = 1; n <= rows; n += 1) await add(n);
    await eventually(() => expect(seen.at(-1)).toBe(rows));
  });

  it('wakes again after it was still for a while', async () => {
    await add(1);
    await eventually(() => expect(seen).toEqual([1]));
    await add(2);
    await eventually(() => expect(seen.at(-1)).toBe(2));
  });

  it('does nothing to a caller whose database is away', async () => {
    const other = await freshDatabase();
    await other.close();
    expect(() => wakeRelay(other.database)).not.toThrow();
  });
});
