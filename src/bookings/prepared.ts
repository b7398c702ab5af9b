import type { QueryResultRow } from 'pg';
import type { Database } from '../platform/database/database.js';

export interface Statement {
  /** Names one text, on every connection and for good. */
  readonly name: string;
  readonly text: string;
}

/** For the few statements asked most: each connection parses and plans them once. */
export async function preparedRows<T extends QueryResultRow>(
  database: Database,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<T[]> {
  return (await database.pool.query<T>({ name, text, values: [...values] })).rows;
}
