import { pino } from 'pino';
import type { FeedPageDto } from '../../src/bookings/feeds/feeds.dto.js';
import { comingDay } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { auditOf } from '../support/audit.js';
import type { Client, Problem } from '../support/client.js';
import { madeFeed, placedBooking, readFeed } from '../support/feed-reader.js';

describe('the address of a calendar feed', () => {
  let app: TestApp;
  const logged: string[] = [];
  let member: Client;
  let other: Client;
  let manager: Client;

  beforeAll(async () => {
    const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
    app = await startApp({ log });
    member = await app.as(await app.lab.member());
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const machineFeed = (by: Client, machineId: string) =>
    madeFeed(by, { kind: 'machine', machineId });

  it('is shown once and kept as a hash', async () => {
    const feed = await madeFeed(member, { kind: 'member' });
    const token = /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/feeds\/([\w-]+)\.ics$/.exec(feed.url)?.[1];
    expect(Buffer.from(token ?? '', 'base64url')).toHaveLength(32);
    expect(feed.webcalUrl).toBe(feed.url.replace('http:', 'webcal:'));
    const { body } = await member.get<FeedPageDto>('/feeds');
    expect(body.items).toMatchObject([{ id: feed.id, kind: 'member', lastReadAt: null }]);
    expect(JSON.stringify(body)).not.toContain(token);
    const rows = await app.database.rows('SELECT * FROM calendar_feeds');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect((await auditOf(app.database, feed.id)).map(({ action }) => action)).toEqual([
      'feed.created',
    ]);
  });

  it('is of one thing: of oneself, of a machine or of a lab', async () => {
    const { id: machineId } = await app.lab.machine();
    const unknown = '0195cf00-0000-7000-8000-000000000001';
    const refused = async (wanted: object) => {
      const { status, body } = await member.post('/feeds', wanted);
      return `${status} ${body.code}`;
    };
    expect(await refused({ kind: 'machine' })).toBe('400 feed.what');
    expect(await refused({ kind: 'member', machineId })).toBe('400 feed.what');
    expect(await refused({ kind: 'lab', machineId })).toBe('400 feed.what');
    expect(await refused({ kind: 'machine', machineId: unknown })).toBe('404 machine.unknown');
    expect(await refused({ kind: 'lab', labId: unknown })).toBe('404 lab.unknown');
    expect(await refused({ kind: 'everything' })).toBe('400 request.malformed');
  });

  it('is answered as unchanged until something in it changes', async () => {
    const { id: machineId } = await app.lab.machine();
    const { url } = await machineFeed(member, machineId);
    const booking = await placedBooking(member, {
      machineId,
      startsAt: comingDay(2, 8),
      endsAt: comingDay(2, 9),
    });
    const first = await readFeed(url);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(first.headers.get('cache-control')).toMatch(/^private\b/);
    app.clock.advance(60_000);
    const again = await readFeed(url, { 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    const among = await readFeed(url, { 'if-none-match': `"other", ${etag.replace('W/', '')}` });
    expect(among.status).toBe(304);
    const head = await readFeed(url, {}, 'HEAD');
    expect([head.status, await head.text(), head.headers.get('etag')]).toEqual([200, '', etag]);
    await member.post(`/bookings/${booking.id}/cancel`);
    const changed = await readFeed(url, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('says when it was last read', async () => {
    const reader = await app.as(await app.lab.member('member', 'Rémi'));
    const { url } = await madeFeed(reader, { kind: 'member' });
    await readFeed(url);
    const { body } = await reader.get<FeedPageDto>('/feeds');
    expect(Date.parse(body.items[0]?.lastReadAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('answers one and the same when it is unknown, revoked, or of a disabled member', async () => {
    const { id: machineId } = await app.lab.machine();
    const disabledId = await app.lab.member('member', 'Rémi');
    const disabled = await machineFeed(await app.as(disabledId), machineId);
    await app.database.run('UPDATE members SET disabled_at = now() WHERE id = $1', [disabledId]);
    const revoked = await machineFeed(member, machineId);
    expect((await readFeed(revoked.url)).status).toBe(200);
    expect((await other.delete(`/feeds/${revoked.id}`)).status).toBe(404);
    expect((await member.delete(`/feeds/${revoked.id}`)).status).toBe(204);
    expect((await member.delete(`/feeds/${revoked.id}`)).status).toBe(404);
    const unknown = `${app.base}/api/v1/feeds/${'A'.repeat(43)}.ics`;
    const answers = await Promise.all(
      [unknown, revoked.url, disabled.url, `${app.base}/api/v1/feeds/x.ics`].map(async (url) => {
        const response = await readFeed(url);
        const { instance: _, requestId: __, ...rest } = (await response.json()) as Problem;
        return { status: response.status, type: response.headers.get('content-type'), rest };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 404, rest: { code: 'feed.unknown' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const { body } = await member.get<FeedPageDto>('/feeds');
    expect(body.items.map(({ id }) => id)).not.toContain(revoked.id);
  });

  it('is revoked by staff as well, who see a member’s without their addresses; both are audited', async () => {
    const id = await app.lab.member('member', 'Rémi');
    const feed = await madeFeed(await app.as(id), { kind: 'member' });
    const seen = await manager.get<FeedPageDto>(`/feeds?memberId=${id}`);
    expect(seen.body.items.map((one) => one.id)).toEqual([feed.id]);
    expect(seen.body.items[0]).not.toHaveProperty('url');
    expect((await other.get<FeedPageDto>(`/feeds?memberId=${id}`)).body.items).toEqual([]);
    expect((await manager.delete(`/feeds/${feed.id}`)).status).toBe(204);
    expect((await readFeed(feed.url)).status).toBe(404);
    expect(await auditOf(app.database, feed.id)).toMatchObject([
      { action: 'feed.created', actorId: id },
      { action: 'feed.revoked', facts: { memberId: id } },
    ]);
  });

  it('is bounded in number', async () => {
    const reader = await app.as(await app.lab.member('member', 'Rémi'));
    for (let count = 0; count < 50; count += 1) await madeFeed(reader, { kind: 'member' });
    const { status, body } = await reader.post('/feeds', { kind: 'member' });
    expect([status, body.code, body.limit]).toEqual([409, 'feed.too_many', 50]);
  });

  it('leaves no trace of its address in the logs, not even where the reading fails', async () => {
    const { id: machineId } = await app.lab.machine();
    const { url } = await machineFeed(member, machineId);
    const token = /([\w-]+)\.ics$/.exec(url)?.[1] ?? '';
    expect((await readFeed(url)).status).toBe(200);
    await app.database.run('ALTER TABLE booking_history RENAME TO booking_history_away');
    try {
      expect((await readFeed(url)).status).toBe(500);
    } finally {
      await app.database.run('ALTER TABLE booking_history_away RENAME TO booking_history');
    }
    await readFeed(url, {}, 'DELETE');
    const lines = logged.join('');
    expect(lines).toContain('request failed');
    expect(lines).toContain('"route":"/api/v1/feeds/:token.ics"');
    expect(lines).not.toContain(token);
  });
});
