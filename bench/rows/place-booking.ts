import type { Bench } from '../bench.js';
import type { BareServerReady } from '../children/bare-booking-server.js';
import { startChild } from '../children/child.js';
import type { LoadAnswer, LoadOrder, LoadSettings } from '../children/http-load.js';
import { resultOf } from '../measure/result.js';
import type { RowReport } from '../measure/result.js';
import { interleaved } from '../measure/rounds.js';
import { spreadOf } from '../measure/spread.js';
import { memberCount } from '../services/lab.js';
import { scoped } from '../services/scope.js';
import { poolSize, startServer } from '../services/server.js';
import { signIn } from '../services/sign-in.js';
import { freeSlots } from '../services/slots.js';

const turnSeconds = 4;
/** V8 optimises as it goes: ours, which is far more code, needs some ten thousand requests for it. */
const warmUpSeconds = { ours: 8, bare: 2 };

/** `POST /api/v1/bookings` against the same constrained insert behind a bare Fastify handler. */
export function placeBooking({ options, services, lab }: Bench): Promise<RowReport> {
  return scoped(async (scope) => {
    const api = await startServer(scope, services, 'api');
    const bare = await startChild<BareServerReady>('bare-booking-server', {
      databaseUrl: services.databaseUrl,
      pool: poolSize,
    });
    scope.add(() => bare.stop());
    const settings: LoadSettings = {
      slots: freeSlots(
        lab.machines.map(({ id }) => id),
        new Date(),
      ),
      members: await signedIn(api.port, lab.members),
    };
    const load = await startChild('http-load', settings);
    scope.add(() => load.stop());

    const turn = (target: Pick<LoadOrder, 'port' | 'path'>, seconds: number) => () =>
      load.ask<LoadAnswer>({ ...target, seconds: seconds * options.scale });
    const ours = { port: api.port, path: '/api/v1/bookings' };
    const theirs = { port: bare.ready.port, path: '/bookings' };
    await turn(ours, warmUpSeconds.ours)();
    await turn(theirs, warmUpSeconds.bare)();
    const pairs = await interleaved(options.rounds, {
      ours: turn(ours, turnSeconds),
      bare: turn(theirs, turnSeconds),
    });
    const busiest = spreadOf(pairs.flatMap(({ ours, bare }) => [ours.generator, bare.generator]));
    return {
      results: [
        resultOf(
          { what: 'bookings placed over HTTP', unit: '/s', aim: { atLeast: 0.5 } },
          pairs,
          ({ perSecond }) => perSecond,
        ),
        resultOf(
          { what: '… answered within, p50', unit: 'ms', aim: null },
          pairs,
          ({ p50 }) => p50,
        ),
        resultOf(
          { what: '… answered within, p99', unit: 'ms', aim: null },
          pairs,
          ({ p99 }) => p99,
        ),
      ],
      notes: [
        `Placing: ${memberCount} keep-alive connections, a member each, every slot once; the api role alone ` +
          `in its process (no worker, no gateway running); ${poolSize} database connections on both sides; ` +
          `the load generator used up to ${Math.round(busiest.most * 100)} % of one processor.`,
      ],
    };
  });
}

async function signedIn(
  port: number,
  members: Bench['lab']['members'],
): Promise<LoadSettings['members']> {
  const signed: { id: string; cookie: string }[] = [];
  for (const { id, email } of members) signed.push({ id, cookie: await signIn(port, email) });
  return signed;
}
