import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';

/** One of the few statements asked most: each connection parses it once. */
export interface Statement {
  /** Names one text, on every connection and for good. */
  readonly name: string;
  readonly text: string;
}

/** Statements on one connection of a transaction, or on any connection of the pool. */
export interface Sql {
  rows<T extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  row<T extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T | null>;
  /** Runs a statement and gives the number of rows it touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
  prepared<T extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<T[]>;
}

const attempts = 4;

/**
 * Compare-and-set statements and transactions in SQL, on the pool that TypeORM owns.
 * Deadlocks (40P01) and serialization failures (40001) run the transaction again, so `work`
 * may have no effect outside the database.
 */
@Injectable()
export class Database implements Sql {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  get pool(): Pool {
    const driver = this.dataSource.driver as unknown as { master: Pool };
    return driver.master;
  }

  async rows<T extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<T[]> {
    return (await this.pool.query<T>(text, [...values])).rows;
  }

  async row<T extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null;
  }

  async run(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.pool.query(text, [...values])).rowCount ?? 0;
  }

  async prepared<T extends QueryResultRow>(
    { name, text }: Statement,
    values: readonly unknown[],
  ): Promise<T[]> {
    return (await this.pool.query<T>({ name, text, values: [...values] })).rows;
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= attempts || !isRetryable(error)) throw error;
      }
    }
  }

  private async once<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection that is lost says so here as well as to the statement under way, and an error
    // that nobody listens to ends the process.
    const lost = (error: Error) => {
      broken = error;
    };
    client.on('error', lost);
    try {
      await client.query('BEGIN');
      const result = await work(onClient(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        // The connection is gone with its transaction: the pool must not hand it out again.
        broken = failure;
      });
      throw error;
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }
}

function onClient(client: PoolClient): Sql {
  return {
    rows: async <T extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await client.query<T>(text, [...values])).rows,
    row: async <T extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await client.query<T>(text, [...values])).rows[0] ?? null,
    run: async (text, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
    prepared: async <T extends QueryResultRow>(
      { name, text }: Statement,
      values: readonly unknown[],
    ) => (await client.query<T>({ name, text, values: [...values] })).rows,
  };
}

export function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
}
