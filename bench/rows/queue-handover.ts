import type { Services as AppServices } from '../../src/platform/services.js';
import type { Bench } from '../bench.js';
import { startChild } from '../children/child.js';
import type { QueueProbeAnswer, QueueProbeOrder } from '../children/queue-probe.js';
import { resultOf } from '../measure/result.js';
import type { Result, RowReport } from '../measure/result.js';
import { interleaved } from '../measure/rounds.js';
import { scoped } from '../services/scope.js';

const turnMessages = 400;
const warmUpMessages = 200;

/** From the committed outbox row to the handler, against BullMQ's add to its processor. */
export async function queueHandover(bench: Bench): Promise<RowReport> {
  const { redisUrl, database } = bench.services;
  // What the other rows left owing, with no worker there to take it.
  await database.run('TRUNCATE outbox');
  const results: Result[] = [];
  if (redisUrl !== null) {
    results.push(...(await onBackend(bench, 'Redis', { kind: 'redis', url: redisUrl })));
  }
  results.push(...(await onBackend(bench, 'PostgreSQL', { kind: 'postgres' })));
  return {
    results,
    notes: [
      'Queue: one message at a time; ours from the answer to COMMIT, bare from the call of add(), both to the ' +
        'call of the handler in the same process. Ours is durable before the queue hears of it: LISTEN, SELECT, ' +
        'add and DELETE come on top.',
    ],
  };
}

function onBackend(
  { options, services }: Bench,
  name: string,
  queue: AppServices['queue'],
): Promise<Result[]> {
  return scoped(async (scope) => {
    const settings: AppServices = {
      databaseUrl: services.databaseUrl,
      queue,
      mqttUrl: services.mqttUrl,
    };
    const probe = await startChild('queue-probe', settings);
    scope.add(() => probe.stop());
    const turn = (side: QueueProbeOrder['side'], messages: number) => () =>
      probe.ask<QueueProbeAnswer>({ side, messages: Math.ceil(messages * options.scale) });
    await turn('ours', warmUpMessages)();
    await turn('bare', warmUpMessages)();
    const pairs = await interleaved(options.rounds, {
      ours: turn('ours', turnMessages),
      bare: turn('bare', turnMessages),
    });
    const about = { unit: 'ms', aim: null };
    return [
      resultOf({ ...about, what: `queue hand-over, ${name}, p50` }, pairs, ({ p50 }) => p50),
      resultOf({ ...about, what: `queue hand-over, ${name}, p99` }, pairs, ({ p99 }) => p99),
    ];
  });
}
