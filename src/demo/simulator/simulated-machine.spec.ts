import { parseCommand } from './command.js';
import { emptyMemory, memorySchema } from './memory.js';
import type { Memory } from './memory.js';
import type { Profile, Publication } from './reports.js';
import { newMachine, step } from './simulated-machine.js';
import type { MachineEvent, MachineState, Step } from './simulated-machine.js';

const printer: Profile = {
  machineType: 'fdm_printer',
  model: 'Test One',
  workArea: { x: 200, y: 200, z: 200 },
  speed: 60,
};
const begin = Date.parse('2026-11-23T08:00:00Z');
const order = { url: 'http://127.0.0.1/f', sha256: 'a'.repeat(64), size: 10 };

type Unstamped<E> = E extends unknown ? Omit<E, 'at'> : never;

/** A machine in its world: the seconds since the beginning are told with each event. */
class Bench {
  state: MachineState;
  said: Publication[] = [];
  last: Step | null = null;

  constructor(
    private readonly profile = printer,
    memory: Memory = emptyMemory,
  ) {
    this.state = newMachine(memory);
  }

  on(second: number, event: Unstamped<MachineEvent>): this {
    this.last = step(this.profile, this.state, { ...event, at: begin + second * 1_000 });
    this.state = this.last.state;
    this.said.push(...this.last.publications);
    return this;
  }

  connect(second: number, sessionId = 's1'): this {
    return this.on(second, { type: 'connected', sessionId });
  }

  tick(second: number): this {
    return this.on(second, { type: 'tick' });
  }

  tell(second: number, commandId: string, type: string, extra: object = {}): this {
    const expiresAt = new Date(begin + (second + 60) * 1_000).toISOString();
    const command = { commandId, type, jobId: 'job-1', expiresAt, args: {}, ...extra };
    return this.on(second, {
      type: 'received',
      parsed: parseCommand(Buffer.from(JSON.stringify(command))),
    });
  }

  /** 3600 s of file: a minute at the speed of 60. */
  prepared(second: number): this {
    return this.tell(second, 'p', 'prepare', { args: order }).on(second, {
      type: 'fetched',
      commandId: 'p',
      result: { ok: true, fileSeconds: 3_600 },
    });
  }

  payloads(topic: Publication['topic']): Record<string, unknown>[] {
    return this.said
      .filter((publication) => publication.topic === topic)
      .map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
  }

  get acks(): string[] {
    return this.payloads('ack').map(
      ({ commandId, status }) => `${String(commandId)} ${String(status)}`,
    );
  }

  get now(): Record<string, unknown> {
    return this.payloads('state').at(-1) ?? {};
  }

  /** The same machine after its power was cut: only what is on disk is left. */
  restarted(): Bench {
    const onDisk = memorySchema.parse(JSON.parse(JSON.stringify(this.state.memory)));
    return new Bench(this.profile, onDisk);
  }
}

describe('a simulated machine', () => {
  it('announces itself, retained, with a sequence that begins at 1 in each session', () => {
    const bench = new Bench().connect(0);
    expect(bench.said.map(({ topic, retain }) => [topic, retain])).toEqual([
      ['connection', true],
      ['factsheet', true],
      ['state', true],
      ['telemetry', false],
    ]);
    bench.tick(5).on(6, { type: 'disconnected' }).connect(7, 's2');
    expect(bench.payloads('state').map(({ sessionId, seq }) => [sessionId, seq])).toEqual([
      ['s1', 1],
      ['s1', 2],
      ['s2', 1],
    ]);
  });

  it('prepares, starts, runs and finishes', () => {
    const bench = new Bench().connect(0).prepared(1);
    expect(bench.now).toMatchObject({ state: 'idle', commandId: null, progress: null });
    bench.tell(2, 's', 'start').tick(32);
    expect(bench.now).toMatchObject({
      state: 'running',
      commandId: 's',
      jobId: 'job-1',
      progress: 0.5,
      remaining: 30,
      error: null,
    });
    bench.tick(62);
    expect(bench.now).toMatchObject({
      state: 'idle',
      commandId: 's',
      jobId: 'job-1',
      progress: 1,
      remaining: 0,
    });
    expect(bench.acks).toEqual(['p accepted', 'p finished', 's accepted', 's finished']);
  });

  it('does nothing for a command that it has seen and says its last word again', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tick(70);
    const run = bench.state.memory.run;
    bench.tell(71, 's', 'start').tell(72, 'p', 'prepare', { args: order });
    expect(bench.last?.fetch).toBeNull();
    expect(bench.state.memory.run).toEqual(run);
    expect(bench.acks.slice(-2)).toEqual(['s finished', 'p finished']);
  });

  it('refuses a command that has expired, once and for all', () => {
    const bench = new Bench().connect(0).prepared(1);
    const late = { expiresAt: new Date(begin + 1_500).toISOString() };
    bench.tell(2, 's', 'start', late);
    expect(bench.payloads('ack').at(-1)).toEqual({
      commandId: 's',
      status: 'rejected',
      error: 'expired',
    });
    expect(bench.tell(3, 's', 'start').now).toMatchObject({ state: 'idle' });
  });

  it.each([
    ['a start without a file', 'start', {}],
    ['a pause of nothing', 'pause', {}],
    ['a resumption of nothing', 'resume', {}],
    ['a cancellation of nothing', 'cancel', {}],
    ['what it is not made for', 'unlock', {}],
    ['what nobody knows', 'dance', {}],
    ['a file without a hash', 'prepare', { args: { url: order.url } }],
    ['a file from elsewhere than HTTP', 'prepare', { args: { ...order, url: 'file:///etc/x' } }],
  ])('refuses %s', (_, type, extra) => {
    const bench = new Bench().connect(0).tell(1, 'c', type, extra);
    expect(bench.acks).toEqual(['c rejected']);
    expect(bench.last?.fetch).toBeNull();
  });

  it('refuses a second file and a second start while it runs', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start');
    bench.tell(3, 'p2', 'prepare', { args: order }).tell(4, 's2', 'start');
    expect(bench.acks.slice(-2)).toEqual(['p2 rejected', 's2 rejected']);
    expect(bench.now).toMatchObject({ state: 'running', commandId: 's' });
  });

  it('starts a file once only', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tick(70);
    expect(bench.tell(71, 's2', 'start').acks.at(-1)).toBe('s2 rejected');
  });

  it('stands still in a pause and goes on after it', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tell(12, 'a', 'pause');
    expect(bench.tick(500).now).toMatchObject({ state: 'paused', remaining: 50 });
    bench.tell(600, 'b', 'resume').tick(620);
    expect(bench.now).toMatchObject({ state: 'running', progress: 0.5, remaining: 30 });
    expect(bench.tick(650).acks.at(-1)).toBe('s finished');
  });

  it('keeps the progress of a cancelled run below 1', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tell(32, 'c', 'cancel');
    expect(bench.now).toMatchObject({ state: 'idle', commandId: 's', progress: 0.5, remaining: 0 });
    expect(bench.tick(500).acks.slice(-2)).toEqual(['c accepted', 'c finished']);
  });

  it('lets go of a file on its way when its job is cancelled', () => {
    const bench = new Bench().connect(0).tell(1, 'p', 'prepare', { args: order });
    bench.tell(2, 'c', 'cancel');
    bench.on(3, { type: 'fetched', commandId: 'p', result: { ok: true, fileSeconds: 9 } });
    expect(bench.acks).toEqual(['p accepted', 'p failed', 'c accepted', 'c finished']);
    expect(bench.tell(4, 's', 'start').acks.at(-1)).toBe('s rejected');
  });

  it('tells of a file that could not be had', () => {
    const bench = new Bench().connect(0).tell(1, 'p', 'prepare', { args: order });
    const result = { ok: false, error: 'the file is smaller than announced' } as const;
    bench.on(2, { type: 'fetched', commandId: 'p', result });
    expect(bench.payloads('ack').at(-1)).toMatchObject({ status: 'failed', error: result.error });
  });

  it('never goes back in progress, even when the clock does, and speaks about twice a second', () => {
    const bench = new Bench().connect(0).prepared(1).tell(2, 's', 'start');
    const before = bench.payloads('state').length;
    for (let second = 2; second < 30; second += 0.25) bench.tick(second);
    expect(bench.payloads('state').length - before).toBeLessThanOrEqual(57);
    for (let second = 20; second < 40; second += 0.25) bench.tick(second);
    const shown = bench.payloads('state').map(({ progress }) => Number(progress));
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });

  it('goes on with its run after a power cut, the time in between counted', () => {
    const before = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tick(12);
    const after = before.restarted().on(32, { type: 'restored' }).connect(32, 's2');
    expect(after.now).toMatchObject({ seq: 1, state: 'running', commandId: 's', progress: 0.5 });
    expect(after.tell(33, 's', 'start').acks.at(-1)).toBe('s accepted');
    expect(after.now).toMatchObject({ state: 'running', remaining: 29 });
  });

  it('tells on its return of a run that finished meanwhile', () => {
    const before = new Bench().connect(0).prepared(1).tell(2, 's', 'start').tick(12);
    const delivered = before.state.memory.undelivered.map(({ n }) => n);
    delivered.forEach((n) => before.on(13, { type: 'delivered', n }));
    const after = before.restarted().on(600, { type: 'restored' }).connect(601, 's2');
    expect(after.acks).toEqual(['s finished']);
    expect(after.now).toMatchObject({ state: 'idle', commandId: 's', progress: 1 });
  });

  it('says an acknowledgement again until the broker has it', () => {
    const bench = new Bench().connect(0).tell(1, 'c', 'pause').on(2, { type: 'disconnected' });
    expect(bench.connect(3, 's2').acks).toEqual(['c rejected', 'c rejected']);
    bench.on(4, { type: 'delivered', n: 1 }).on(5, { type: 'disconnected' }).connect(6, 's3');
    expect(bench.acks).toHaveLength(2);
  });

  it('fetches a file again whose fetching was interrupted', () => {
    const before = new Bench().connect(0).tell(1, 'p', 'prepare', { args: order });
    expect(before.last?.fetch).toMatchObject({ commandId: 'p', order });
    const after = before.restarted().on(5, { type: 'restored' });
    expect(after.last?.fetch).toMatchObject({ commandId: 'p', order });
  });

  it('unlocks and locks where it is a laser', () => {
    const laser: Profile = { ...printer, machineType: 'laser_cutter' };
    const bench = new Bench(laser).connect(0).tell(1, 'u', 'unlock').tell(2, 'l', 'lock');
    expect(bench.acks).toEqual(['u accepted', 'u finished', 'l accepted', 'l finished']);
    expect(bench.now).toMatchObject({ temperatures: null });
  });
});
