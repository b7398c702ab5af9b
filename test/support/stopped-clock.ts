import pg from 'pg';
import { Clock } from '../../src/platform/clock/clock.js';

/**
 * One clock for PostgreSQL and for this process. It stands still until a test moves it: what is
 * due at an instant is due then, and not a moment before.
 */
export class StoppedClock extends Clock {
  private constructor(
    private readonly client: pg.Client,
    private instant: Date,
  ) {
    super();
  }

  /**
   * Gives a database that has no other connection yet such a clock: its own `now()` comes before
   * PostgreSQL's on the search path of every connection to come, and in the defaults of columns.
   */
  static async install(databaseUrl: string, at: string): Promise<StoppedClock> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    const clock = new StoppedClock(client, new Date(at));
    await clock.to(clock.instant);
    return clock;
  }

  override now(): Date {
    return this.instant;
  }

  /** To that instant, which may be past; the relay is woken, to see what is due. */
  async to(instant: Date): Promise<void> {
    this.instant = instant;
    await this.client.query(
      `WITH moved AS (UPDATE test_clock.present SET instant = $1 RETURNING 1)
       SELECT pg_notify('creneau_outbox', '') FROM moved`,
      [instant],
    );
  }

  advance(minutes: number): Promise<void> {
    return this.to(new Date(this.instant.getTime() + minutes * 60_000));
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

// `public` stays the first schema, in which tables are looked for and made.
const statements = [
  'CREATE SCHEMA test_clock',
  `CREATE TABLE test_clock.present AS SELECT pg_catalog.now() AS instant`,
  ...['now', 'clock_timestamp'].map(
    (name) => `CREATE FUNCTION test_clock.${name}() RETURNS timestamptz LANGUAGE sql STABLE
       AS 'SELECT instant FROM test_clock.present'`,
  ),
  // A default was read when its table was made, and means PostgreSQL's own clock.
  `DO $$ DECLARE c record; BEGIN
     FOR c IN SELECT d.adrelid::regclass AS relation, a.attname AS name
                FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
               WHERE pg_get_expr(d.adbin, d.adrelid) = 'now()'
     LOOP
       EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT test_clock.now()', c.relation, c.name);
     END LOOP;
   END $$`,
  `DO $$ BEGIN
     EXECUTE format('ALTER DATABASE %I SET search_path = public, test_clock, pg_catalog', current_database());
   END $$`,
];
