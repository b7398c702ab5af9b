import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { entities, migrations } from '../../src/schema.js';
import { environment } from './environment.js';
import { StoppedClock } from './stopped-clock.js';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Null: it goes by PostgreSQL's own. */
  readonly clock: StoppedClock | null;
  close(): Promise<void>;
}

/**
 * A migrated database of its own; `empty` for one that no migration has touched. With an instant,
 * its clock stands there until a test moves it.
 */
export async function freshDatabase(
  kind: 'migrated' | 'empty' = 'migrated',
  at?: string,
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(
    `CREATE DATABASE ${name}${kind === 'empty' ? '' : ` TEMPLATE ${environment('TEST_TEMPLATE')}`}`,
  );
  const address = new URL(environment('TEST_POSTGRES_URL'));
  address.pathname = `/${name}`;
  const url = address.toString();
  const clock = at === undefined ? null : await StoppedClock.install(url, at);
  const dataSource = new DataSource(dataSourceOptions(url, 10, entities, migrations));
  await dataSource.initialize();
  return {
    url,
    database: new Database(dataSource),
    clock,
    close: async () => {
      await clock?.close();
      await dataSource.destroy();
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** What BullMQ may run on here: always PostgreSQL, and Redis where a server could be started. */
export const queueBackends: readonly ('postgres' | 'redis')[] =
  environment('TEST_REDIS_URL', '') === '' ? ['postgres'] : ['postgres', 'redis'];

export const preferredBackend = queueBackends.at(-1) ?? 'postgres';

/** An emptied Redis database that no other test worker uses. */
export async function freshRedis(): Promise<string> {
  const address = new URL(environment('TEST_REDIS_URL'));
  address.pathname = `/${environment('JEST_WORKER_ID')}`;
  const redis = new Redis(address.toString());
  await redis.flushdb();
  redis.disconnect();
  return address.toString();
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: environment('TEST_POSTGRES_URL') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
