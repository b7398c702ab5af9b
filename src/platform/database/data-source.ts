import type { DataSource } from 'typeorm';
import type { DataSourceOptions, EntityTarget, MixedList } from 'typeorm';
import { SnakeNaming } from './snake-naming.js';

type Constructor = new () => object;

export function dataSourceOptions(
  url: string,
  pool: number,
  entities: readonly EntityTarget<object>[],
  migrations: readonly Constructor[],
): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize: pool,
    entities: entities as MixedList<Constructor>,
    migrations: migrations as MixedList<Constructor>,
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNaming(),
    synchronize: false,
    installExtensions: false,
    applicationName: 'creneau',
    connectTimeoutMS: 5_000,
    // The exclusion constraint's names and the ids are ours: nothing to install but btree_gist.
    uuidExtension: 'pgcrypto',
    extra: { idleTimeoutMillis: 30_000 },
  };
}

/** One number for all copies of ours: the migrations of several starts wait for one another. */
const migrationLock = 7_307_197;

/** Runs what is missing, one process at a time; gives the names of what ran. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    return ran.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    await runner.release();
  }
}

/** The statements that would make the schema what the entities say: none, if they agree. */
export async function schemaDifferences(dataSource: DataSource): Promise<string[]> {
  const log = await dataSource.driver.createSchemaBuilder().log();
  return log.upQueries.map(({ query }) => query);
}
