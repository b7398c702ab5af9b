import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import type { LiveDto, MachineDto } from '../../src/machines/machines.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun } from '../support/job-watch.js';
import { Observer } from '../support/observer.js';
import type { WireMachine } from '../support/wire-machine.js';
import { queuedJob } from '../builders/job.js';
import { another, controllerOf, onlineMachines } from '../builders/online-machine.js';
import type { OnlineMachine } from '../builders/online-machine.js';
import type { TestMachine } from '../builders/lab.js';

describe('what is known of a machine', () => {
  let app: TestApp;
  let member: Client;
  let machines: OnlineMachine[];
  let lines: string[];

  beforeAll(async () => {
    lines = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    app = await startApp({ log });
    member = await app.as(await app.lab.member());
    machines = await onlineMachines(app, 12);
  });
  afterAll(() => app.stop());

  const liveOf = async ({ id }: TestMachine): Promise<LiveDto> =>
    (await member.get<MachineDto>(`/machines/${id}`)).body.live;
  const liveIs = (machine: TestMachine, live: Partial<LiveDto>) =>
    eventually(async () => {
      const now = await liveOf(machine);
      expect(now).toMatchObject(live);
      return now;
    });
  /** Whatever was said before has been heard once this is. */
  const mark = async ({ id }: TestMachine, wire: WireMachine) => {
    const power = Math.random();
    await wire.publish('telemetry', { power }, false);
    await eventually(async () =>
      expect((await member.get<MachineDto>(`/machines/${id}`)).body.live.power).toBe(power),
    );
  };
  const historyOf = ({ id }: TestMachine) =>
    app.database.rows<{ connection: string; state: string; error: string | null }>(
      'SELECT connection, state, error FROM machine_history WHERE machine_id = $1 ORDER BY id',
      [id],
    );
  const counted = async (outcome: string) => {
    const text = await (await fetch(`${app.base}/metrics`)).text();
    const line = new RegExp(`creneau_mqtt_messages_total\\{outcome="${outcome}"\\} (\\d+)`);
    return Number(line.exec(text)?.[1] ?? 0);
  };

  it('is nothing before it spoke', async () => {
    expect(await liveOf(await app.lab.machine())).toMatchObject({
      connection: 'offline',
      state: 'unknown',
      lastSeenAt: null,
    });
  });

  it.each(['offline', 'lost'] as const)('is that it went, when it says %s', async (state) => {
    const { machine, wire } = another(machines);
    await liveIs(machine, { connection: 'online', state: 'idle' });
    await wire.publish('connection', { sessionId: wire.sessionId, state }, true);
    await liveIs(machine, { connection: 'offline', state: 'idle' });
    await wire.say({ state: 'idle' });
    await liveIs(machine, { connection: 'online' });
  });

  it('is that it was lost when its line is cut, and not when the line of an older session is', async () => {
    const { machine, wire: older } = another(machines);
    const observer = await Observer.of(app);
    const newer = await controllerOf(app, machine, { state: 'attention' });
    await liveIs(machine, { state: 'attention' });
    newer.hush();
    await older.cut();
    await eventually(() =>
      expect(observer.on(`/${machine.slug}/connection`).at(-1)?.text).toContain(older.sessionId),
    );
    const bystander = another(machines);
    await mark(bystander.machine, bystander.wire);
    expect(await liveOf(machine)).toMatchObject({ connection: 'online', state: 'attention' });
    await newer.cut();
    await liveIs(machine, { connection: 'offline' });
  });

  it('is its newest snapshot: a seq that goes back, or an older session, says nothing', async () => {
    const { machine, wire: older } = another(machines);
    await older.say({ seq: 10, state: 'paused' });
    await older.say({ seq: 9, state: 'error', error: 'late' });
    await older.say({ seq: 10, state: 'error', error: 'again' });
    await mark(machine, older);
    expect(await liveOf(machine)).toMatchObject({ state: 'paused', error: null });
    const newer = await controllerOf(app, machine, { state: 'attention' });
    await liveIs(machine, { state: 'attention' });
    await older.say({ seq: 99, state: 'running' });
    await mark(machine, newer);
    expect(await liveOf(machine)).toMatchObject({ state: 'attention' });
  });

  it('is said as one retained message, the same to every screen as to the API', async () => {
    const { machine, wire } = another(machines);
    const jobId = '01920000-0000-7000-8000-00000000000a';
    await wire.publish('telemetry', { power: 38.2 }, false);
    await wire.publish(
      'state',
      {
        sessionId: wire.sessionId,
        seq: 50,
        at: '2020-01-01T00:00:00Z',
        state: 'running',
        commandId: '01920000-0000-7000-8000-00000000000b',
        jobId,
        progress: 0.42,
        remaining: 1260,
        temperatures: { nozzle: { actual: 214.8, target: 215 }, bed: { actual: 60 } },
        error: null,
        colour: 'of no meaning here',
      },
      true,
    );
    wire.hush();
    const live = await liveIs(machine, { state: 'running', power: 38.2 });
    expect(live).toEqual({
      connection: 'online',
      state: 'running',
      job: { id: jobId },
      commandId: '01920000-0000-7000-8000-00000000000b',
      progress: 0.42,
      remaining: 1260,
      temperatures: {
        nozzle: { actual: 214.8, target: 215 },
        bed: { actual: 60, target: null },
      },
      power: 38.2,
      error: null,
      since: live.since,
      lastSeenAt: live.lastSeenAt,
    });
    expect(Math.abs(Date.parse(live.lastSeenAt ?? '') - Date.now())).toBeLessThan(60_000);
    const late = await Observer.of(app);
    await eventually(() => {
      const message = late.on(`/${machine.slug}/live`).find(({ retained }) => retained);
      expect(JSON.parse(message?.text ?? '{}')).toEqual(live);
    });
  });

  it('grows stale in silence, then counts as offline, and is back with a word', async () => {
    const { machine, wire } = another(machines);
    const observer = await Observer.of(app);
    const told = (connection: string) =>
      eventually(() =>
        expect(observer.on(`/${machine.slug}/live`).at(-1)?.text).toContain(connection),
      );
    await wire.say({ state: 'running', progress: 0.5, remaining: 60 });
    await liveIs(machine, { state: 'running' });
    wire.hush();
    app.clock.advance(14);
    expect((await liveOf(machine)).connection).toBe('online');
    app.clock.advance(2);
    await liveIs(machine, { connection: 'stale', state: 'running' });
    await told('stale');
    app.clock.advance(45);
    await liveIs(machine, { connection: 'offline', state: 'running' });
    await told('offline');
    await eventually(async () =>
      expect((await historyOf(machine)).slice(-3).map(({ connection }) => connection)).toEqual([
        'online',
        'stale',
        'offline',
      ]),
    );
    await wire.say({ state: 'idle', progress: 1 });
    await liveIs(machine, { connection: 'online', state: 'idle', progress: 1, remaining: null });
  });

  it('has a history of every change, and no more', async () => {
    const { machine, wire } = another(machines);
    await liveIs(machine, { state: 'idle' });
    for (const step of [
      { state: 'running', progress: 0.1 },
      { state: 'running', progress: 0.9 },
      { state: 'error', error: 'no filament' },
      { state: 'error', error: 'no filament' },
      { state: 'idle' },
    ] as const) {
      await wire.say(step);
      await liveIs(machine, { error: null, progress: null, ...step });
      await eventually(async () =>
        expect((await historyOf(machine)).at(-1)?.state).toBe(step.state),
      );
    }
    expect((await historyOf(machine)).slice(-3)).toEqual([
      { connection: 'online', state: 'running', error: null },
      { connection: 'online', state: 'error', error: 'no filament' },
      { connection: 'online', state: 'idle', error: null },
    ]);
  });

  it('survives a broker that was restarted and remembers nothing, and so does a run', async () => {
    const [place, gone] = [another(machines), another(machines)];
    const { sessionId } = gone.wire;
    await gone.wire.publish('connection', { sessionId, state: 'offline' }, true);
    await gone.wire.close();
    const watch = await JobWatch.of(app);
    const memberId = await app.lab.member();
    const jobId = await queuedJob(app, { memberId, machineId: place.machine.id });
    const start = await begun(place.wire, 0.4);
    await watch.stateIs(jobId, 'running');
    await app.broker.restart();
    const late = await eventually(() => Observer.of(app));
    await eventually(() =>
      expect(late.on(`/${place.machine.slug}/live`).at(-1)?.text).toContain('"progress":0.4'),
    );
    await eventually(() =>
      expect(late.on(`/${gone.machine.slug}/live`).at(-1)?.text).toContain('"offline"'),
    );
    await watch.stateIs(jobId, 'running');
    await place.wire.run(start, 0.8);
    await liveIs(place.machine, { connection: 'online', progress: 0.8 });
    await place.wire.run(start, 1, 'idle');
    await watch.stateIs(jobId, 'completed');
    await watch.expectStartsOnce();
  });

  it('is changed by none of ten thousand bad messages, which are counted and logged once', async () => {
    const { machine, wire } = another(machines);
    const ours = await connectAsync(app.broker.url, { protocolVersion: 4 });
    app.guest(() => ours.endAsync(true));
    await wire.say({ state: 'paused', progress: 0.3 });
    await liveIs(machine, { state: 'paused' });
    await mark(machine, wire);
    const { lastSeenAt: _, power: __, ...before } = await liveOf(machine);
    const history = await historyOf(machine);
    const [malformed, foreign] = [await counted('malformed'), await counted('foreign')];
    lines.length = 0;

    const bad = [
      ['state', '{"seq":'],
      ['state', 'null'],
      ['state', '[]'],
      ['state', '{"seq":1e400,"state":"idle"}'],
      ['state', '{"seq":900,"state":"melting"}'],
      ['state', '{"seq":901,"state":"idle","progress":7}'],
      ['state', `{"seq":902,"state":"idle","temperatures":${'['.repeat(5_000)}`],
      ['state', `{"seq":903,"state":"idle","temperatures":{"bed":{"actual":"hot"}}}`],
      ['connection', '{"state":"offline"}'],
      ['ack', '{"commandId":"","status":"finished"}'],
      ['telemetry', '{"power":"much"}'],
    ] as const;
    for (let round = 0; round < 90; round += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => {
          const [topic, payload] = bad[index % bad.length] ?? bad[0];
          return wire.publish(topic, payload, false);
        }),
      );
    await Promise.all(
      Array.from({ length: 10 }, () =>
        wire.publish('state', `{"seq":904,"state":"idle","x":"${'x'.repeat(66_000)}"}`, false),
      ),
    );
    await Promise.all(
      Array.from({ length: 990 }, (_, index) =>
        ours.publishAsync(`creneau/v1/${app.lab.slug}/nobody-${index}/state`, '{}', { qos: 1 }),
      ),
    );
    await eventually(async () => expect(await counted('malformed')).toBe(malformed + 9_010));
    await eventually(async () => expect(await counted('foreign')).toBe(foreign + 990));
    const { lastSeenAt: ___, power: ____, ...after } = await liveOf(machine);
    expect(after).toEqual(before);
    expect(await historyOf(machine)).toEqual(history);
    const about = (text: string) => lines.filter((line) => line.includes(text));
    expect(about('malformed message')).toHaveLength(1);
    expect(about('under the name of no machine')).toHaveLength(1);
  });
});
