import { isDeepStrictEqual } from 'node:util';
import { Availability } from '../../src/bookings/availability.js';
import { Catalogue } from '../../src/machines/catalogue.js';
import { LiveBoard } from '../../src/machines/live/live-board.js';
import { openIntervals } from '../../src/machines/opening-hours.rules.js';
import type { Interval } from '../../src/machines/opening-hours.rules.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { createLog } from '../../src/platform/logging/log.js';
import { MqttLink } from '../../src/platform/mqtt/mqtt-link.js';
import type { Bench } from '../bench.js';
import { resultOf } from '../measure/result.js';
import type { Result, RowReport } from '../measure/result.js';
import { interleaved } from '../measure/rounds.js';
import { quantile } from '../measure/spread.js';
import { openingHours, timeZone } from '../services/lab.js';
import { bareFreeTime } from './bare-availability.js';

const weeks = 4;
const aim = { atMost: 1.5 };

/** The use case, catalogue and closures and all, against the bare query; neither over HTTP. */
export async function availability(bench: Bench): Promise<RowReport> {
  const { services, lab } = bench;
  const { database } = services;
  const link = new MqttLink(services.mqttUrl, 'bench', createLog('silent', false));
  const catalogue = new Catalogue(database, new LiveBoard(link, new SystemClock()));
  const ours = new Availability(catalogue, database);

  const now = new Date();
  const within = { startsAt: now, endsAt: new Date(now.getTime() + weeks * 7 * 86_400_000) };
  const closures = await database.rows<Interval>(
    'SELECT starts_at AS "startsAt", ends_at AS "endsAt" FROM lab_closures',
  );
  const open = openIntervals(openingHours, timeZone, within, closures)
    .map(({ startsAt, endsAt }) => `[${startsAt.toISOString()},${endsAt.toISOString()})`)
    .join(',');
  const all = lab.machines.map(({ id }) => id);
  const bare = async (ids: readonly string[]) => {
    const { rows } = await database.pool.query<{ free: [string, string][] }>(bareFreeTime, [
      ids,
      `{${open}}`,
      within.startsAt,
      within.endsAt,
    ]);
    return rows.map(({ free }) =>
      free.map(([from, to]): Interval => ({ startsAt: new Date(from), endsAt: new Date(to) })),
    );
  };
  const [first] = all;
  if (first === undefined) throw new Error('The lab has no machine.');
  const { open: free } = await ours.ofMachine(first, within, null, now);
  const [expected] = await bare([first]);
  if (free.length === 0 || !isDeepStrictEqual(free, expected))
    throw new Error('The use case and the bare query do not give the same free time.');
  return {
    results: [
      ...(await compared(bench, 'free time of 1 machine, 4 weeks', 500, {
        ours: () => ours.ofMachine(first, within, null, now),
        bare: () => bare([first]),
      })),
      ...(await compared(bench, 'free time of 50 machines, 4 weeks', 60, {
        ours: () => ours.ofType(null, within, null, now),
        bare: () => bare(all),
      })),
    ],
    notes: [
      'Availability: the use case with its catalogue, closures and opening hours against the multirange query ' +
        'alone; p50 of one caller, both in process.',
    ],
  };
}

async function compared(
  { options }: Bench,
  what: string,
  calls: number,
  measure: { ours: () => Promise<unknown>; bare: () => Promise<unknown> },
): Promise<Result[]> {
  const count = Math.ceil(calls * options.scale);
  const turn = (call: () => Promise<unknown>) => async () => {
    const milliseconds: number[] = [];
    for (let made = 0; made < count; made += 1) {
      const begun = performance.now();
      await call();
      milliseconds.push(performance.now() - begun);
    }
    return milliseconds.sort((a, b) => a - b);
  };
  const turns = { ours: turn(measure.ours), bare: turn(measure.bare) };
  await interleaved(1, turns);
  const pairs = await interleaved(options.rounds, turns);
  return [
    resultOf({ what, unit: 'ms', aim }, pairs, (ms) => quantile(ms, 0.5)),
    resultOf({ what: '… p99', unit: 'ms', aim: null }, pairs, (ms) => quantile(ms, 0.99)),
  ];
}
