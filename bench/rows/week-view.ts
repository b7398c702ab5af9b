import type { Bench } from '../bench.js';
import { resultOf } from '../measure/result.js';
import type { RowReport } from '../measure/result.js';
import { interleaved } from '../measure/rounds.js';
import { quantile } from '../measure/spread.js';
import { scoped } from '../services/scope.js';
import { startServer } from '../services/server.js';
import { signIn } from '../services/sign-in.js';

const calls = 60;
const warmUpCalls = 30;
const weekMs = 7 * 86_400_000;

/**
 * What the week on all machines waits for: `GET /api/v1/calendar` over HTTP, parsed, against its
 * rows alone by hand-written SQL on a connection of this process.
 */
export function weekView({ options, services, lab }: Bench): Promise<RowReport> {
  return scoped(async (scope) => {
    const api = await startServer(scope, services, 'api');
    const [member] = lab.members;
    if (!member) throw new Error('The lab has no member.');
    const cookie = await signIn(api.port, member.email);
    const from = new Date();
    const to = new Date(from.getTime() + weekMs);
    const path = `/api/v1/calendar?from=${from.toISOString()}&to=${to.toISOString()}`;
    const ours = async () => {
      const answer = await fetch(`http://127.0.0.1:${api.port}${path}`, { headers: { cookie } });
      if (!answer.ok) throw new Error(`the calendar was answered with ${answer.status}`);
      return ((await answer.json()) as { items: unknown[] }).items.length;
    };
    const bare = async () => (await services.database.rows(bareWeek, [from, to])).length;
    const shown = await ours();
    if (shown === 0 || shown !== (await bare()))
      throw new Error('The calendar and the bare query do not give the same bookings.');

    const turn = (call: () => Promise<unknown>) => async () => {
      const milliseconds: number[] = [];
      for (let made = 0; made < Math.ceil(calls * options.scale); made += 1) {
        const begun = performance.now();
        await call();
        milliseconds.push(performance.now() - begun);
      }
      return milliseconds.sort((a, b) => a - b);
    };
    for (let made = 0; made < warmUpCalls; made += 1) await ours();
    const pairs = await interleaved(options.rounds, { ours: turn(ours), bare: turn(bare) });
    const about = { unit: 'ms', aim: null };
    return {
      results: [
        resultOf(
          { what: `week of 50 machines over HTTP, ${shown} bookings`, ...about },
          pairs,
          (ms) => quantile(ms, 0.5),
        ),
        resultOf({ what: '… p99', ...about }, pairs, (ms) => quantile(ms, 0.99)),
      ],
      notes: [
        'Week view: one caller, one statement; over HTTP with the session, the view of each booking and JSON ' +
          'on both ends, against the rows of hand-written SQL alone.',
      ],
    };
  });
}

const bareWeek = `
  SELECT id, machine_id, starts_at, ends_at, state FROM bookings
   WHERE occupied && tstzrange($1, $2)
     AND state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
     AND machine_id = ANY (SELECT id FROM machines WHERE retired_at IS NULL)
   ORDER BY machine_id, starts_at`;
