import { readFileSync } from 'node:fs';
import { moonrakerDriver } from '../../src/machines/drivers/moonraker/moonraker-driver.js';
import type { Step } from './drivers/family.js';
import { Player } from './drivers/player.js';

interface Line {
  readonly topic: string;
  readonly retain: boolean;
  readonly payload: string;
}

/** What a real Klipper and Moonraker said; `test/fixtures/README.md` tells how it was recorded. */
const recording = new URL('../fixtures/mqtt/moonraker-run-pause-complete.jsonl', import.meta.url);
const lines = readFileSync(recording, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);

describe('a recorded Moonraker', () => {
  const run = {
    commandId: '9c3b3993-8435-4fc4-8816-b66e3c3b1f47',
    jobId: '019aaf3c-0000-7000-8000-000000000002',
    file: 'job-1.gcode',
  };
  const config = { url: 'http://printer.test', instance: 'muse-klipper' };
  const steps = lines.map(({ topic, payload, retain }): Step & { request: boolean } => {
    const prefix = `${moonrakerDriver.prefixOf(config)}/`;
    expect(topic.startsWith(prefix)).toBe(true);
    const say = topic.slice(prefix.length);
    return { say, as: payload, retained: retain, request: say === 'moonraker/api/request' };
  });
  const begins = lines.findIndex(({ payload }) => payload.includes('printer.print.start'));

  it('is understood from its first word to the end of its run', () => {
    const player = new Player(moonrakerDriver);
    const seen: (number | null)[] = [];
    for (const [index, { request, ...step }] of steps.entries()) {
      if (index === begins) player.start(run);
      // We hear what it says, not what it is asked.
      if (request) continue;
      player.play([step]);
      if (player.live.state === 'running') seen.push(player.live.progress);
    }
    expect(player.story).toEqual(['waiting', 'running', 'paused', 'running', 'completed']);
    expect(player.live).toMatchObject({
      connection: 'online',
      state: 'idle',
      commandId: run.commandId,
      progress: 1,
      error: null,
    });
    expect(seen).toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
    expect(Math.max(...seen.map(Number))).toBeLessThan(1);
    // The questions in it are another client's.
    expect(player.answers).toEqual([]);
  });

  it.each([0, 40, 100, 200, 230])(
    'is understood from message %i on, when the whole was asked for',
    (from) => {
      const player = new Player(moonrakerDriver);
      player.start(run);
      const heard = steps.filter(({ request }) => !request);
      const [before, after] = [heard.slice(0, from), heard.slice(from)];
      // The whole, as the recording has it by then.
      const whole: Record<string, Record<string, unknown>> = {};
      let eventtime = 0;
      for (const step of before) {
        const said = JSON.parse('as' in step ? step.as : '{}') as {
          eventtime?: number;
          status?: typeof whole;
        };
        eventtime = said.eventtime ?? eventtime;
        for (const [object, fields] of Object.entries(said.status ?? {}))
          whole[object] = { ...whole[object], ...fields };
      }
      const answer = { jsonrpc: '2.0', result: { eventtime, status: whole }, id: 'creneau/whole' };
      player.play([{ say: 'moonraker/api/response', as: JSON.stringify(answer) }], after);
      expect(player.story.at(-1)).toBe('completed');
      expect(player.story).not.toContain('unknown');
    },
  );

  it('is not taken for ours when its file is another', () => {
    const player = new Player(moonrakerDriver);
    player.start({ ...run, file: 'job-2.gcode' });
    player.play(steps.filter(({ request }) => !request));
    expect(player.story).toEqual(['waiting']);
  });
});
