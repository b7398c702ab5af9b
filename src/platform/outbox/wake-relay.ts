import type { Sql } from '../database/database.js';
import { outboxChannel } from './outbox.js';

/** A notification locks the whole server for its commit: fifty a second are enough. */
const gatherMs = 20;
const underWay = new WeakMap<Sql, { again: boolean }>();

/**
 * Wakes the relay for rows that are committed already. NOTIFY inside the transaction that writes
 * them takes a lock of the whole server and holds it until the commit is on disk, so that those
 * commits go one at a time. Calls while one is under way share the next.
 */
export function wakeRelay(sql: Sql): void {
  const wake = underWay.get(sql);
  if (wake) {
    wake.again = true;
    return;
  }
  const begun = { again: false };
  underWay.set(sql, begun);
  sql
    .run(`SELECT pg_notify('${outboxChannel}', '')`)
    // The relay looks by itself every second: a lost wake costs that time and nothing else.
    .catch(() => undefined)
    .finally(() =>
      setTimeout(() => {
        underWay.delete(sql);
        if (begun.again) wakeRelay(sql);
      }, gatherMs),
    );
}
