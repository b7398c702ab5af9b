import { once } from 'node:events';
import { connect } from 'node:net';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { LiveDto, MachineDto } from '../../src/machines/machines.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { LiveClient } from '../support/live-client.js';
import type { LiveEvent } from '../support/live-client.js';
import type { WireMachine } from '../support/wire-machine.js';
import { queuedJob } from '../builders/job.js';
import type { TestMachine } from '../builders/lab.js';
import { onlineMachine } from '../builders/online-machine.js';
import { comingDay } from '../builders/slots.js';

describe('the live feed', () => {
  let app: TestApp;
  let machine: TestMachine;
  let wire: WireMachine;
  let memberId: string;
  let member: Client;
  let other: Client;
  let manager: Client;
  let gateway: MqttClient;
  let day = 0;

  beforeAll(async () => {
    app = await startApp();
    ({ machine, wire } = await onlineMachine(app));
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
    gateway = await connectAsync(app.broker.url, { protocolVersion: 4 });
    app.guest(() => gateway.endAsync(true));
  });
  afterAll(() => app.stop());

  const follow = async (client: Client, query = '', lastEventId?: string) => {
    const feed = await LiveClient.open(client, query, lastEventId);
    app.guest(() => Promise.resolve(feed.close()));
    return feed;
  };
  const book = async (at = machine) =>
    (
      await member.post<BookingDto>('/bookings', {
        machineId: at.id,
        startsAt: comingDay((day += 1), 10),
        duration: 'PT1H',
        purpose: 'Secret',
      })
    ).body;
  /** A machine's event that all may see: what was told before it has come. */
  const mark = async (feeds: readonly LiveClient[], at = { machine, wire }) => {
    const power = Math.random();
    await at.wire.publish('telemetry', { power }, false);
    const told = () =>
      feeds.map((feed) => feed.named('machine').some(({ data }) => isPower(data, power)));
    await eventually(() => expect(told()).toEqual(feeds.map(() => true)));
  };
  const isPower = (data: Record<string, unknown>, power: number) =>
    (data['live'] as LiveDto).power === power;
  const numberOf = (event: LiveEvent | undefined) => Number(event?.id.split('-')[1]);
  const liveClients = async () => {
    const text = await (await fetch(`${app.base}/metrics`)).text();
    return Number(/creneau_live_clients (\d+)/.exec(text)?.[1]);
  };
  /** Asks for the feed and never takes anything of it. */
  const deaf = async (base: string, cookie: string) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(`GET /api/v1/live HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`);
    app.guest(() => Promise.resolve(void socket.destroy()));
    await once(socket, 'readable');
    return socket;
  };

  it('is for members', async () => {
    const answer = await new Client(app.base).get('/live');
    expect([answer.status, answer.body.code]).toEqual([401, 'session.required']);
  });

  it('begins with a snapshot of the machines and goes on with their every change', async () => {
    await wire.say({ state: 'paused', progress: 0.5 });
    await eventually(async () => {
      const { body } = await member.get<MachineDto>(`/machines/${machine.id}`);
      expect(body.live.state).toBe('paused');
    });
    const feed = await follow(member);
    const snapshot = await feed.heard('snapshot', {});
    expect(feed.events[0]).toBe(snapshot);
    expect(snapshot.data['machines']).toContainEqual({
      id: machine.id,
      live: expect.objectContaining({ state: 'paused', progress: 0.5 }) as LiveDto,
    });
    await wire.say({ state: 'idle' });
    await eventually(() =>
      expect(feed.named('machine').at(-1)?.data).toMatchObject({
        id: machine.id,
        live: { state: 'idle', connection: 'online' },
      }),
    );
  });

  it('tells of a machine that was added a moment ago', async () => {
    const feed = await follow(member);
    await feed.heard('snapshot', {});
    const { id, slug } = await app.lab.machine();
    const live = JSON.stringify({ connection: 'online', state: 'idle', lastSeenAt: null });
    await gateway.publishAsync(`creneau/v1/${app.lab.slug}/${slug}/live`, live, { qos: 1 });
    await feed.heard('machine', { id });
  });

  it('shows a booking to its member and to staff, and to others that the machine is busy', async () => {
    const [mine, theirs, staffs] = [
      await follow(member),
      await follow(other),
      await follow(manager),
    ];
    const { id } = await book();
    expect((await mine.heard('booking', { id })).data).toMatchObject({
      mine: true,
      state: 'confirmed',
      purpose: 'Secret',
    });
    expect((await staffs.heard('booking', { id })).data).toMatchObject({ memberName: 'Inès' });
    expect((await theirs.heard('booking', { id })).data).toMatchObject({
      mine: false,
      state: 'busy',
      memberId: null,
      memberName: null,
      purpose: null,
    });
    await member.post(`/bookings/${id}/cancel`, { reason: 'Secret' });
    await mine.heard('booking', { id, state: 'cancelled', mine: true });
    await theirs.heard('booking', { id, state: 'cancelled', mine: false });
    expect(JSON.stringify(theirs.events)).not.toMatch(/Secret|Inès/);
  });

  it('shows a job to its member and to staff alone, and to others that the queue moved', async () => {
    const [mine, theirs, staffs] = [
      await follow(member),
      await follow(other),
      await follow(manager),
    ];
    const id = await queuedJob(app, { memberId, machineId: machine.id, opensIn: 3_600 });
    await member.post(`/jobs/${id}/cancel`);
    await mine.heard('job', { id, state: 'cancelled' });
    await staffs.heard('job', { id, state: 'cancelled', memberName: 'Inès' });
    await theirs.heard('queue', { machineId: machine.id });
    await mark([theirs]);
    expect(theirs.named('job')).toEqual([]);
    expect(JSON.stringify(theirs.events)).not.toContain(id);
  });

  it('goes on after an interruption where it was: nothing lost, nothing twice', async () => {
    for (const client of [member, manager, other]) {
      const whole = await follow(client);
      const before = await follow(client);
      const { id } = await book();
      await before.heard('booking', { id });
      await mark([whole, before]);
      before.close();
      for (let round = 0; round < 3; round += 1) await book();
      await mark([whole]);
      const after = await follow(client, '', before.lastId);
      await mark([whole, after]);
      const first = numberOf(before.events[0]);
      const told = (feed: LiveClient) =>
        feed.events.filter(({ name }) => name !== 'snapshot').map(numberOf);
      expect([...told(before), ...told(after)]).toEqual(
        told(whole).filter((number) => number > first),
      );
      expect(after.named('snapshot')).toEqual([]);
    }
  });

  it('begins anew where it cannot know what was missed', async () => {
    for (const id of ['another-1', 'nonsense', '0-0', 'x'.repeat(1_000)])
      await (await follow(member, '', id)).heard('snapshot', {});
    const { lastId } = await follow(member).then(async (feed) => {
      await feed.heard('snapshot', {});
      return feed;
    });
    const future = lastId.replace(/\d+$/, '999999');
    await (await follow(member, '', future)).heard('snapshot', {});
  });

  it('tells of one machine alone when asked to', async () => {
    const second = await onlineMachine(app);
    const all = await follow(member);
    const one = await follow(member, `?machineId=${machine.id}`);
    const snapshot = await one.heard('snapshot', {});
    expect((snapshot.data['machines'] as { id: string }[]).map(({ id }) => id)).toEqual([
      machine.id,
    ]);
    const elsewhere = await book(second.machine);
    await all.heard('booking', { id: elsewhere.id });
    await mark([all], second);
    const { id } = await book();
    await one.heard('booking', { id });
    await mark([one]);
    expect(one.named('booking').map(({ data }) => data['id'])).toEqual([id]);
    expect(new Set(one.named('machine').map(({ data }) => data['id']))).toEqual(
      new Set([machine.id]),
    );
  });

  it('ends for a member who is disabled, and shows no more than a changed role may see', async () => {
    const id = await app.lab.member('lab_manager');
    const feed = await follow(await app.as(id));
    await feed.heard('snapshot', {});
    await app.database.run(`UPDATE members SET role = 'member' WHERE id = $1`, [id]);
    await eventually(async () => {
      const booking = await book();
      const told = await feed.heard('booking', { id: booking.id });
      expect(told.data['state']).toBe('busy');
    });
    await app.database.run('UPDATE members SET disabled_at = now() WHERE id = $1', [id]);
    await feed.ended;
  });

  it('cuts a client that never reads, while the others miss nothing', async () => {
    const feed = await follow(other);
    await feed.heard('snapshot', {});
    const before = await liveClients();
    await deaf(app.base, member.headers()['cookie'] ?? '');
    await eventually(async () => expect(await liveClients()).toBe(before + 1));
    const topic = `creneau/v1/${app.lab.slug}/${machine.slug}/live`;
    const live = { connection: 'online', state: 'idle', lastSeenAt: new Date().toISOString() };
    const told = 400;
    for (let number = 0; number < told; number += 1)
      await gateway.publishAsync(
        topic,
        JSON.stringify({ ...live, number, error: 'x'.repeat(50_000) }),
        { qos: 1 },
      );
    await eventually(async () => expect(await liveClients()).toBe(before));
    const numbers = () =>
      feed
        .named('machine')
        .flatMap(({ data }) => (data['live'] as { number?: number }).number ?? []);
    await eventually(() => expect(numbers()).toHaveLength(told));
    expect(numbers()).toEqual(Array.from({ length: told }, (_, number) => number));
  });

  it('is the same from another copy, which ends it when it stops, heard or not', async () => {
    const copy = await startApp({ beside: app, variables: { ROLES: 'api' } });
    const there = new Client(copy.base).withSession(await app.lab.session(memberId));
    const [here, beside] = [await follow(member), await LiveClient.open(there)];
    const silent = await deaf(copy.base, there.headers()['cookie'] ?? '');
    // Browsers open connections beforehand that they may never use.
    const unused = connect(Number(new URL(copy.base).port), '127.0.0.1');
    await once(unused, 'connect');
    const { id } = await book();
    await wire.say({ state: 'attention', error: 'the same to all' });
    await mark([here, beside]);
    const seen = await Promise.all(
      [here, beside].map(async (feed) => {
        const { data } = await feed.heard('booking', { id });
        const live = feed.named('machine').at(-1)?.data['live'] as LiveDto;
        return { data, state: live.state, error: live.error };
      }),
    );
    expect(seen[0]).toEqual(seen[1]);
    await copy.stop();
    await beside.ended;
    silent.destroy();
    unused.destroy();
  }, 30_000);
});
