import type {
  NotificationDto,
  NotificationPageDto,
} from '../../src/notifications/notifications.dto.js';
import { tellMember } from '../../src/people/tell-member.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { LiveClient } from '../support/live-client.js';

describe('what a member is told', () => {
  let app: TestApp;
  let memberId: string;
  let member: Client;
  let other: Client;
  let machine: { id: string };

  beforeAll(async () => {
    app = await startApp();
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('lab_manager', 'Otto'));
    machine = await app.lab.machine();
  });
  afterAll(() => app.stop());

  const tell = (subjectId: string, key?: string) =>
    app.database.transaction((sql) =>
      tellMember(sql, {
        memberId,
        kind: 'booking.missed',
        subject: { kind: 'booking', id: subjectId },
        labSlug: app.lab.slug,
        facts: {
          machineId: machine.id,
          machineName: 'Laser 1',
          startsAt: '2026-11-23T13:00:00.000Z',
          endsAt: '2026-11-23T14:00:00.000Z',
        },
        ...(key ? { key } : {}),
      }),
    );
  const ids = Array.from({ length: 5 }, (_, n) => `01a00000-0000-7000-8000-00000000000${n}`);
  const list = async (query = '', by = member) =>
    (await by.get<NotificationPageDto>(`/notifications${query}`)).body;

  it('is told once, however often it is said, to them alone, at once on the live feed', async () => {
    const feed = await LiveClient.open(member);
    const others = await LiveClient.open(other);
    for (const id of ids) expect(await tell(id)).toBe(true);
    expect(await tell(ids[0] ?? '')).toBe(false);
    await feed.heard('notification', { kind: 'booking.missed', title: 'Créneau libéré' });
    expect((await list()).items.map(({ subject }) => subject.id)).toEqual([...ids].reverse());
    expect((await list('', other)).items).toEqual([]);
    expect(others.named('notification')).toEqual([]);
    feed.close();
    others.close();
  });

  it('is not told where the deed was rolled back', async () => {
    const lost = '01a00000-0000-7000-8000-000000000009';
    await app.database
      .transaction(async (sql) => {
        await tellMember(sql, {
          memberId,
          kind: 'booking.missed',
          subject: { kind: 'booking', id: lost },
          labSlug: app.lab.slug,
        });
        throw new Error('changed my mind');
      })
      .catch(() => undefined);
    expect((await list()).items.map(({ subject }) => subject.id)).not.toContain(lost);
  });

  it('comes in the language asked for, with times as the lab’s clock shows them', async () => {
    const french = await app.as(memberId, 'fr');
    const [fr] = (await list('', french)).items;
    expect(fr?.title).toBe('Créneau libéré');
    expect(fr?.body).toContain('lundi 23 novembre à 14:00');
    const [en] = (await list()).items;
    expect(en?.body).toMatch(/Laser 1.*Monday 23 November.*14:00/);
  });

  it('comes page by page, and is read once and for all by its member', async () => {
    const first = await list('?limit=2');
    const second = await list(`?limit=2&after=${first.nextCursor}`);
    const shown = [...first.items, ...second.items].map(({ subject }) => subject.id);
    expect(shown).toEqual([...ids].reverse().slice(0, 4));
    const id = first.items[0]?.id ?? '';
    expect((await other.post(`/notifications/${id}/read`)).body.code).toBe('notification.unknown');
    const read = await member.post<NotificationDto>(`/notifications/${id}/read`);
    expect([read.status, typeof read.body.readAt]).toEqual([200, 'string']);
    const again = await member.post<NotificationDto>(`/notifications/${id}/read`);
    expect(again.body.readAt).toBe(read.body.readAt);
    expect((await list('?unread=true')).items.map((item) => item.id)).not.toContain(id);
  });
});
