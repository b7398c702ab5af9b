import fc from 'fast-check';
import { beginnings, prepared } from '../model/ground.js';
import { moves } from '../model/moves.js';
import type { Move } from '../model/moves.js';
import { Run } from '../model/run.js';
import type { Tally } from '../model/run.js';
import { Wire } from '../model/wire.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { environment } from '../support/environment.js';

/**
 * The same steps each time, so that a change that breaks them is the change at hand. Other lives:
 * MODEL_SEED=<number>, or MODEL_SEED=new; MODEL_STEPS makes it longer, MODEL_TALLY=1 prints what
 * it did.
 */
const asked = environment('MODEL_SEED', '20261125');
const seed = asked === 'new' ? Date.now() % 2 ** 31 : Number(asked);
const steps = Number(environment('MODEL_STEPS', '10000'));
const livesAtOnce = 20;
const shrinkingMs = 30_000;

describe('the calendar and a plain model of its rules', () => {
  let app: TestApp;
  let wire: Wire;
  const tally: Tally = new Map();

  beforeAll(async () => {
    app = await startApp({ at: beginnings[0] ?? '' });
    wire = new Wire(await prepared(app));
  });
  afterAll(async () => {
    await app.stop();
    if (environment('MODEL_TALLY', '') === '') return;
    const lines = [...tally].sort(([, a], [, b]) => b - a);
    process.stdout.write(lines.map(([what, count]) => `${count}\t${what}\n`).join(''));
  });

  it(`answer alike for ${steps} random steps and look the same after each (MODEL_SEED=${seed})`, async () => {
    let done = 0;
    let failedAt = Infinity;
    const live = async (start: string, lived: readonly Move[]) => {
      // Short enough by now: what is shorter still is not tried.
      if (performance.now() - failedAt > shrinkingMs) return;
      try {
        await new Run(app, wire, Date.parse(start), tally).live(lived);
      } catch (error) {
        failedAt = Math.min(failedAt, performance.now());
        throw error;
      }
      done += lived.length;
    };
    const life = fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.array(moves, { minLength: 1, maxLength: 80, size: 'max' }),
      live,
    );
    for (let round = 0; done < steps; round += 1)
      await fc.assert(life, { seed: seed + round, numRuns: livesAtOnce });
    expect(done).toBeGreaterThanOrEqual(steps);
  }, 900_000);
});
