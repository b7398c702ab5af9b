import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestApp } from './app.js';

const pollMs = 3;

/**
 * Waits until the queue has nothing left to do. A row of the outbox goes only after its message
 * has come to the queue, and a message only after the rows that it brought are there: both empty,
 * twice in turn, leaves no room for the two hops that a due step may take.
 */
export async function settled({
  nest,
  database,
}: Pick<TestApp, 'nest' | 'database'>): Promise<void> {
  const queue = nest.get<Queue>(getQueueToken('flow'), { strict: false });
  const nothingOwed = async () =>
    !(await database.row(
      `SELECT 1 FROM outbox WHERE destination = 'queue' AND available_at <= now() LIMIT 1`,
    ));
  const nothingQueued = async () => {
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).every((count) => count === 0);
  };
  const looks = [nothingOwed, nothingQueued, nothingOwed, nothingQueued];
  const end = performance.now() + 60_000;
  for (let seen = 0; seen < looks.length;) {
    if (await looks[seen]?.()) seen += 1;
    else {
      if (performance.now() > end) throw new Error('the queue does not come to rest');
      seen = 0;
      await delay(pollMs);
    }
  }
}
