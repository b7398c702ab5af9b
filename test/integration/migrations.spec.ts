import { DataSource } from 'typeorm';
import {
  dataSourceOptions,
  migrate,
  schemaDifferences,
} from '../../src/platform/database/data-source.js';
import { entities, migrations } from '../../src/schema.js';
import { freshDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';

describe('migrations', () => {
  let fresh: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    fresh = await freshDatabase('empty');
    dataSource = new DataSource(dataSourceOptions(fresh.url, 5, entities, migrations));
    await dataSource.initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await fresh.close();
  });

  const tables = () =>
    fresh.database.rows<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );

  it('lead from an empty database to what the entities say', async () => {
    await migrate(dataSource);
    expect(await schemaDifferences(dataSource)).toEqual([]);
  });

  it('can all be taken back, leaving nothing', async () => {
    await migrate(dataSource);
    for (const _ of migrations) await dataSource.undoLastMigration();
    expect(await tables()).toEqual([]);
    await migrate(dataSource);
    expect(await schemaDifferences(dataSource)).toEqual([]);
  });

  it('run once when several copies start at the same instant', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => migrate(dataSource)));
    expect(ran.flat()).toHaveLength(migrations.length);
  });

  it('notice a table that the entities do not know', async () => {
    await migrate(dataSource);
    await fresh.database.run('ALTER TABLE bookings DROP CONSTRAINT bookings_no_overlap');
    expect((await schemaDifferences(dataSource)).join()).toContain('bookings_no_overlap');
  });
});
