import type { QueryResultRow } from 'pg';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';

export interface Statement {
  /** Names one text, on every connection and for good. */
  readonly name: string;
  readonly text: string;
}

/**
 * For the few statements asked most: outside a transaction, each connection parses and plans
 * them once.
 */
export async function preparedRows<T extends QueryResultRow>(
  sql: Sql,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<T[]> {
  if (!(sql instanceof Database)) return sql.rows<T>(text, values);
  return (await sql.pool.query<T>({ name, text, values: [...values] })).rows;
}
