import { connectAsync } from 'mqtt';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { TestMachine } from '../builders/lab.js';
import { putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';

interface Reply {
  readonly uid: string;
  readonly granted: boolean;
  readonly name?: string;
  readonly reason?: string;
  readonly until?: string;
}

/** A reader at a machine, with the machine's account. */
class Reader {
  readonly replies: Reply[] = [];
  readonly retained: boolean[] = [];

  private constructor(
    private readonly publish: (text: string, retain: boolean) => Promise<unknown>,
  ) {}

  static async at(app: TestApp, machine: TestMachine): Promise<Reader> {
    const client = await connectAsync(app.broker.machineUrl, {
      protocolVersion: 4,
      clientId: `reader-${machine.slug}`,
      username: machine.username,
      password: machine.secret,
    });
    app.guest(() => client.endAsync(true));
    const topic = `creneau/v1/${app.lab.slug}/${machine.slug}/badge`;
    const reader = new Reader((text, retain) =>
      client.publishAsync(topic, text, { qos: 1, retain }),
    );
    client.on('message', (_, payload, { retain }) => {
      reader.replies.push(JSON.parse(payload.toString('utf8')) as Reply);
      reader.retained.push(retain);
    });
    await client.subscribeAsync(`${topic}/reply`, { qos: 1 });
    return reader;
  }

  async tap(uid: string, at = new Date().toISOString()): Promise<void> {
    await this.say(JSON.stringify({ uid, at }));
  }

  async say(text: string, retain = false): Promise<void> {
    await this.publish(text, retain);
  }

  reply(count = 1): Promise<Reply | undefined> {
    return eventually(() => {
      expect(this.replies.length).toBeGreaterThanOrEqual(count);
      return this.replies[count - 1];
    });
  }
}

describe('a badge at a machine', () => {
  let app: TestApp;
  let beside: TestApp;
  let memberId: string;
  let member: Client;
  let manager: Client;
  let taps = 0;

  beforeAll(async () => {
    app = await startApp();
    // Another gateway hears the same taps.
    beside = await startApp({ beside: app, variables: { ROLES: 'api,gateway' } });
    memberId = await app.lab.member();
    member = await app.as(memberId);
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(async () => {
    await beside.stop();
    await app.stop();
  });

  const uidOf = () => `04:A3:1F:${(0x100000 + (taps += 1)).toString(16)}`;
  const given = async (of = memberId) => {
    const uid = uidOf();
    const { status, body } = await manager.post<{ id: string }>(`/members/${of}/badges`, { uid });
    expect(status).toBe(201);
    return { uid, id: body.id };
  };
  const machineWithReader = async () => {
    const machine = await app.lab.machine();
    await app.broker.refresh();
    return { machine, reader: await Reader.at(app, machine) };
  };
  const booked = async (machineId: string) => {
    const { body } = await member.post<BookingDto>('/bookings', { machineId, duration: 'PT1H' });
    return body;
  };
  const seen = async (id: string) => (await member.get<BookingDto>(`/bookings/${id}`)).body;

  it('checks its member’s booking in, and is answered once by however many gateways', async () => {
    const { machine, reader } = await machineWithReader();
    const { uid } = await given();
    const { id, endsAt } = await booked(machine.id);
    const at = new Date().toISOString();
    await reader.tap(uid, at);
    expect(await reader.reply()).toEqual({ uid, granted: true, name: 'Inès', until: endsAt });
    expect((await seen(id)).state).toBe('checked_in');
    expect((await seen(id)).history?.at(-1)?.by).toMatchObject({ kind: 'member', id: memberId });
    // Delivered again by the broker; then written in another way, and a new tap.
    await reader.tap(uid, at);
    await reader.tap(uid.replaceAll(':', '').toLowerCase());
    expect(await reader.reply(2)).toMatchObject({ granted: true, until: endsAt });
    await reader.tap('unknown');
    expect(await reader.reply(3)).toMatchObject({ uid: 'unknown', granted: false });
    expect(reader.replies).toHaveLength(3);
    expect(reader.retained).toEqual([false, false, false]);
    expect((await seen(id)).history?.map(({ state }) => state)).toEqual([
      'confirmed',
      'checked_in',
    ]);
  });

  it('says why it opens nothing: unknown, revoked, of a member who was disabled, without a booking', async () => {
    const { machine, reader } = await machineWithReader();
    const revoked = await given();
    const gone = await manager.delete(`/members/${memberId}/badges/${revoked.id}`);
    expect(gone.status).toBe(204);
    const leaver = await app.lab.member();
    const disabled = await given(leaver);
    await app.database.run('UPDATE members SET disabled_at = now() WHERE id = $1', [leaver]);
    await booked(machine.id);
    const stranger = await app.lab.member('member', 'Otto');
    const { uid: strangers } = await given(stranger);
    for (const [index, [uid, reason]] of [
      [uidOf(), 'badge.unknown'],
      [revoked.uid, 'badge.unknown'],
      [disabled.uid, 'badge.unknown'],
      [strangers, 'booking.none'],
    ].entries()) {
      await reader.tap(uid ?? '');
      expect(await reader.reply(index + 1)).toMatchObject({ uid, granted: false, reason });
    }
  });

  it('opens a slot a few minutes early, which then begins at once', async () => {
    const { machine, reader } = await machineWithReader();
    const { uid } = await given();
    const mine = await booked(machine.id);
    await putBack(app.database, mine.id, -500);
    await reader.tap(uid);
    expect(await reader.reply()).toMatchObject({ granted: true });
    expect(Date.parse((await seen(mine.id)).startsAt)).toBeLessThanOrEqual(Date.now());
  });

  it('is given and taken back by staff, to one member at a time, and leaves a trace', async () => {
    const { uid, id } = await given();
    const path = `/members/${memberId}/badges`;
    expect((await member.post(path, { uid })).status).toBe(403);
    const twice = await manager.post(path, { uid: uid.toLowerCase() });
    expect([twice.status, twice.body.code]).toEqual([409, 'badge.taken']);
    expect((await manager.post(`/members/${id}/badges`, { uid: uidOf() })).body.code).toBe(
      'member.unknown',
    );
    expect((await manager.delete(`${path}/${id}`)).status).toBe(204);
    expect((await manager.delete(`${path}/${id}`)).body.code).toBe('badge.unknown');
    expect((await manager.post(path, { uid })).status).toBe(201);
    const rows = await app.database.rows<{ action: string }>(
      `SELECT action FROM audit WHERE subject_id = $1 AND facts ->> 'badgeId' = $2 ORDER BY id`,
      [memberId, id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['badge.added', 'badge.revoked']);
    const stored = await app.database.rows('SELECT * FROM badges');
    expect(JSON.stringify(stored)).not.toContain(uid);
  });

  it('that is malformed, too large or retained changes nothing', async () => {
    const { machine, reader } = await machineWithReader();
    const { uid } = await given();
    const { id } = await booked(machine.id);
    const at = new Date().toISOString();
    for (const text of ['{', '[]', '{"uid":7}', JSON.stringify({ uid: 'x'.repeat(2_000), at })])
      await reader.say(text);
    await reader.tap('nobody');
    await reader.reply();
    expect(reader.replies).toHaveLength(1);
    expect((await seen(id)).state).toBe('confirmed');
    await reader.tap(uid);
    expect(await reader.reply(2)).toMatchObject({ granted: true });
  });
});
