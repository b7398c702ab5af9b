import { Undecodable } from '../../src/machines/drivers/driver.js';
import type { Family, Step } from './drivers/family.js';
import { fuzzedMessages, randomFrom } from './drivers/fuzz.js';
import { heldBytes } from './drivers/memory.js';
import { moonraker } from './drivers/moonraker.js';
import { native } from './drivers/native.js';
import { Player } from './drivers/player.js';

/** One suite for every driver: what a family says differs, what it means does not. */
const families: readonly (readonly [name: string, family: () => Family])[] = [
  ['native', native],
  ['Moonraker, whole status', () => moonraker(false)],
  ['Moonraker, status field by field', () => moonraker(true)],
];

describe.each(families)('a driver: %s', (_, make) => {
  let family: Family;
  let player: Player;

  beforeEach(() => {
    family = make();
    player = new Player(family.driver);
  });

  const online = () => player.play(family.comesUp());
  const running = () => {
    online();
    player.start(family.run);
    player.play(family.runs(0.1), family.runs(0.4));
    expect(player.outcome.is).toBe('running');
    return player;
  };

  it('knows nothing of a machine before it spoke', () => {
    expect(player.live).toMatchObject({ connection: 'offline', state: 'unknown' });
  });

  it('takes its own configuration', () => {
    expect(family.driver.config.parse(family.config)).toEqual(family.config);
    const [secret] = family.driver.secrets;
    if (secret) expect(family.driver.config.safeParse({ [secret]: 'alone' }).success).toBe(false);
  });

  it('sees a machine that comes up, idle and without a run', () => {
    expect(online().live).toMatchObject({
      connection: 'online',
      state: 'idle',
      commandId: null,
      error: null,
    });
  });

  it('follows a whole run, and 1 is for its end alone', () => {
    running();
    const { commandId, jobId } = family.run;
    expect(player.live).toMatchObject({ state: 'running', commandId, jobId, progress: 0.4 });
    player.play(family.runs(0.9));
    expect(player.live.progress).toBe(0.9);
    player.play(family.completes());
    expect(player.live).toMatchObject({ state: 'idle', commandId, jobId, progress: 1 });
    expect(player.story).toEqual(['waiting', 'running', 'completed']);
  });

  it('follows a pause, and the run that goes on', () => {
    running().play(family.pauses(0.4));
    expect(player.live.state).toBe('paused');
    player.play(family.runs(0.5), family.completes());
    expect(player.story).toEqual(['waiting', 'running', 'paused', 'running', 'completed']);
  });

  it('tells a cancel that was asked for from one at the machine', () => {
    running().play(family.isCancelled(0.4));
    expect(player.outcome).toEqual({ is: 'cancelled', reason: 'stopped at the machine' });
    family = make();
    player = new Player(family.driver);
    running().cancelAsked = true;
    player.play(family.isCancelled(0.4));
    expect(player.outcome).toEqual({ is: 'cancelled', reason: null });
    expect(player.live.progress).toBeLessThan(1);
  });

  it('tells a failure, with the machine’s own reason', () => {
    running().play(family.fails(0.4, 'thermal runaway'));
    expect(player.outcome).toEqual({ is: 'failed', reason: 'thermal runaway' });
    expect(player.live.state).toBe('error');
  });

  it('neither completes nor fails a run of which nothing is heard, and takes it up again', () => {
    running().silence(family.driver.patience.staleAfterMs);
    expect(player.live).toMatchObject({ connection: 'stale', state: 'running' });
    player.silence(family.driver.patience.offlineAfterMs);
    expect(player.live).toMatchObject({ connection: 'offline', state: 'running' });
    player.play(family.retainedInMidRun(0.6));
    expect(player.outcome.is).toBe('running');
    player.play(family.runs(0.7));
    expect(player.live).toMatchObject({ connection: 'online', progress: 0.7 });
    player.play(family.completes());
    expect(player.story).toEqual(['waiting', 'running', 'completed']);
  });

  it('believes the last will about the connection, and nothing else', () => {
    running().play(family.isLost());
    expect(player.live).toMatchObject({ connection: 'offline', state: 'running' });
    expect(player.outcome.is).toBe('running');
  });

  it('loses no run when our own process starts anew', () => {
    running().restartGateway();
    player.play(family.retainedInMidRun(0.6), family.runs(0.7));
    expect(player.live).toMatchObject({ commandId: family.run.commandId, progress: 0.7 });
    player.restartGateway();
    player.play(family.retainedInMidRun(0.8), family.completes());
    expect(player.story).toEqual(['waiting', 'running', 'completed']);
  });

  it('never ends a run well because its controller was started anew', () => {
    running();
    const { steps, then } = family.restartsInMidRun(0.5);
    player.play(steps);
    expect(player.outcome.is).toBe(then);
    if (then !== 'running') return;
    player.play(family.completes());
    expect(player.outcome.is).toBe('completed');
  });

  it('says the same of every message that comes three times', () => {
    const thrice = (steps: Step[]) => [...steps, ...steps, ...steps];
    online();
    player.start(family.run);
    player.play(
      thrice(family.runs(0.1)),
      thrice(family.pauses(0.2)),
      thrice(family.runs(0.3)),
      thrice(family.completes()),
    );
    expect(player.story).toEqual(['waiting', 'running', 'paused', 'running', 'completed']);
    expect(player.live).toMatchObject({ state: 'idle', progress: 1 });
  });

  it.each(['before the start', 'after it'])(
    'does not take the end of an older run for ours: %s',
    (when) => {
      online();
      if (when === 'after it') player.start(family.run);
      player.play(family.retainedOldEnd(), family.completesAnother());
      if (when !== 'after it') player.start(family.run);
      player.play(family.retainedOldEnd());
      expect(player.outcome.is).toBe('waiting');
      player.play(family.runs(0.2));
      expect(player.outcome.is).toBe('running');
    },
  );

  it('does not take somebody else’s run for ours', () => {
    online();
    player.start(family.run);
    player.play(family.runsAnother(0.5));
    expect(player.live).toMatchObject({ state: 'running' });
    expect(player.live.commandId).not.toBe(family.run.commandId);
    player.play(family.completesAnother());
    expect(player.story).toEqual(['waiting']);
  });

  it('tells a run that another took the place of as unknown, never as done', () => {
    running().play(family.runsAnother(0.1));
    expect(player.outcome.is).toBe('waiting');
    player.play(family.completesAnother());
    expect(player.outcome.is).toBe('unknown');
  });

  it('lets go of a run that nobody waits for any more', () => {
    running().play(family.fails(0.5, 'the nozzle is blocked'));
    player.letGo();
    player.play(family.comesUp());
    expect(player.live.state).toBe('idle');
  });

  it('is not changed by malformed messages, and says so', () => {
    running();
    const [state, facts] = [player.state, player.facts];
    for (const [topic, payload] of family.malformed)
      expect(() => player.play([{ say: topic, as: payload }])).toThrow(Undecodable);
    expect(player.state).toBe(state);
    expect(player.facts).toEqual(facts);
  });

  it('takes every message its vital ones were made of', () => {
    for (const [topic, message] of family.vital) {
      const fresh = new Player(family.driver);
      expect(() => fresh.play([{ say: topic, as: JSON.stringify(message) }])).not.toThrow();
    }
  });

  it('survives a hundred thousand fuzzed messages unchanged, and remembers none', () => {
    running();
    const facts = player.facts;
    const remembered = JSON.stringify(player.state).length;
    const half = 50_000;
    const random = randomFrom(20_261_123);
    let refused = 0;
    const fuzz = () => {
      for (const { topic, payload } of fuzzedMessages(family, half, random)) {
        try {
          const { reports, next } = family.driver.decode(topic, payload, player.state);
          player.state = next;
          for (const report of reports) if (report.kind !== 'telemetry') throw new Error(topic);
        } catch (error) {
          if (!(error instanceof Undecodable)) throw error;
          refused += 1;
        }
      }
    };
    fuzz();
    const before = heldBytes();
    fuzz();
    expect(heldBytes() - before).toBeLessThan(16 * 1024 * 1024);
    expect(refused).toBeGreaterThan(half);
    expect(JSON.stringify(player.state).length).toBeLessThan(remembered + 1_000);
    expect(player.facts).toEqual(facts);
    player.play(family.runs(0.95), family.completes());
    expect(player.outcome.is).toBe('completed');
  });
});
