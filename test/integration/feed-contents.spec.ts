import { comingDay, putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { feedEvents, feedText, madeFeed, placedBooking } from '../support/feed-reader.js';

describe('a calendar feed', () => {
  let app: TestApp;
  let member: Client;
  let otherId: string;
  let other: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member('member', 'Inès Attendue'));
    otherId = await app.lab.member('member', 'Otto Caché');
    other = await app.as(otherId);
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const machineFeed = (by: Client, machineId: string) =>
    madeFeed(by, { kind: 'machine', machineId });
  const at = (machineId: string, hour: number, more: object = {}) => ({
    machineId,
    startsAt: comingDay(2, hour),
    endsAt: comingDay(2, hour + 1),
    ...more,
  });

  it('shows a member their own bookings, with machine and lab, and nobody else’s', async () => {
    const { id: machineId, slug } = await app.lab.machine();
    const reader = await app.as(await app.lab.member('member', 'Rémi'));
    const mine = await placedBooking(reader, at(machineId, 8, { purpose: 'Vase, petit' }));
    await placedBooking(other, at(machineId, 9, { purpose: 'Secret d’Otto' }));
    const { url } = await madeFeed(reader, { kind: 'member' });
    const names = ['UID', 'SUMMARY', 'LOCATION', 'DESCRIPTION', 'STATUS', 'SEQUENCE'];
    expect(await feedEvents(url, ...names)).toEqual([
      [
        `${mine.id}@creneau`,
        `Machine ${slug}`,
        'Test lab',
        'Vase\\, petit',
        'CONFIRMED',
        String(mine.version),
      ],
    ]);
    expect(await feedText(url)).toContain('TZID:Europe/Paris');
  });

  it('follows a booking from request to cancellation by UID, SEQUENCE, STATUS and LAST-MODIFIED', async () => {
    const { id: machineId } = await app.lab.machine({ rules: { approval: 'manager' } });
    const reader = await app.as(await app.lab.member('member', 'Rémi'));
    const { url } = await madeFeed(reader, { kind: 'member' });
    const { id } = await placedBooking(reader, at(machineId, 8));
    const seen: (string | undefined)[][] = [];
    // Each change in a second of its own, which is what LAST-MODIFIED can show.
    const look = async () => {
      const second = `2026-01-01T10:00:0${seen.length}Z`;
      await app.database.run(
        `UPDATE booking_history SET at = $2
          WHERE id = (SELECT max(id) FROM booking_history WHERE booking_id = $1)`,
        [id, second],
      );
      const [event = []] = await feedEvents(url, 'UID', 'STATUS', 'SEQUENCE', 'LAST-MODIFIED');
      seen.push(event);
      expect(event[3]).toBe(second.replace(/[-:]/g, ''));
    };
    await look();
    await manager.post(`/bookings/${id}/approve`);
    await look();
    await reader.patch(`/bookings/${id}`, {
      startsAt: comingDay(2, 10),
      endsAt: comingDay(2, 11),
    });
    await look();
    expect((await reader.post(`/bookings/${id}/cancel`)).status).toBe(200);
    seen.push((await feedEvents(url, 'UID', 'STATUS', 'SEQUENCE'))[0] ?? []);
    expect(new Set(seen.map(([uid]) => uid))).toEqual(new Set([`${id}@creneau`]));
    // What a manager approved is asked anew when it moves.
    const statuses = ['TENTATIVE', 'CONFIRMED', 'TENTATIVE', 'CANCELLED'];
    expect(seen.map(([, status]) => status)).toEqual(statuses);
    expect(seen.map(([, , sequence]) => Number(sequence))).toEqual([1, 2, 3, 4]);
  });

  it('keeps what was given up for 60 days, and what took place since 60 days ago', async () => {
    const { id: machineId } = await app.lab.machine();
    const reader = await app.as(await app.lab.member('member', 'Rémi'));
    const { url } = await madeFeed(reader, { kind: 'member' });
    const [kept, gone, old] = [
      await placedBooking(reader, at(machineId, 8)),
      await placedBooking(reader, at(machineId, 10)),
      await placedBooking(reader, at(machineId, 12)),
    ];
    for (const { id } of [kept, gone]) await reader.post(`/bookings/${id}/cancel`);
    const cancelledBefore = (id: string, days: number) =>
      app.database.run(
        `UPDATE booking_history SET at = at - make_interval(days => $2) WHERE booking_id = $1`,
        [id, days],
      );
    await cancelledBefore(kept.id, 59);
    await cancelledBefore(gone.id, 61);
    await putBack(app.database, old.id, 64 * 86_400);
    expect(await feedEvents(url, 'UID')).toEqual([[`${kept.id}@creneau`]]);
    await putBack(app.database, old.id, -5 * 86_400);
    expect(await feedEvents(url, 'UID')).toEqual([[`${old.id}@creneau`], [`${kept.id}@creneau`]]);
  });

  it('of a machine or a lab tells a member when it is taken, and never by whom or for what', async () => {
    const { id: machineId, slug } = await app.lab.machine();
    const booking = await placedBooking(other, at(machineId, 8, { purpose: 'Secret d’Otto' }));
    const cancelled = await placedBooking(other, at(machineId, 9, { purpose: 'Secret d’Otto' }));
    await other.post(`/bookings/${cancelled.id}/cancel`);
    await placedBooking(member, at(machineId, 10, { purpose: 'Mon vase' }));
    const feeds = [
      await machineFeed(member, machineId),
      await madeFeed(member, { kind: 'lab', labId: app.lab.id }),
    ] as const;
    for (const { url } of feeds) {
      const text = await feedText(url);
      expect(text).toContain(`UID:${booking.id}@creneau`);
      expect(text).not.toMatch(/Otto|Caché|Secret/);
      expect(text).not.toContain(otherId);
    }
    const what = ['SUMMARY', 'STATUS', 'DESCRIPTION'];
    expect(await feedEvents(feeds[0].url, ...what)).toEqual([
      ['Occupé', 'CONFIRMED', undefined],
      ['Occupé', 'CANCELLED', undefined],
      ['Inès Attendue', 'CONFIRMED', 'Mon vase'],
    ]);
    const ofLab = await feedEvents(feeds[1].url, ...what);
    expect(ofLab).toContainEqual([`Machine ${slug} – Occupé`, 'CONFIRMED', undefined]);
    // Staff see what they see everywhere.
    const forStaff = await machineFeed(manager, machineId);
    expect(await feedEvents(forStaff.url, ...what)).toEqual([
      ['Otto Caché', 'CONFIRMED', 'Secret d’Otto'],
      ['Otto Caché', 'CANCELLED', 'Secret d’Otto'],
      ['Inès Attendue', 'CONFIRMED', 'Mon vase'],
    ]);
  });

  it('does not tell a member that another’s request still waits for a decision', async () => {
    const { id: machineId } = await app.lab.machine({ rules: { approval: 'manager' } });
    await placedBooking(other, at(machineId, 8));
    const forMember = await machineFeed(member, machineId);
    const forStaff = await machineFeed(manager, machineId);
    expect(await feedEvents(forMember.url, 'STATUS')).toEqual([['CONFIRMED']]);
    expect(await feedEvents(forStaff.url, 'STATUS')).toEqual([['TENTATIVE']]);
  });

  it('shows maintenance and outages as such, however long they have been going on', async () => {
    const { id: machineId } = await app.lab.machine();
    const { url } = await machineFeed(member, machineId);
    const outage = await manager.post<{ id: string }>(`/machines/${machineId}/outage`, {
      endsAt: comingDay(1, 0),
      reason: 'Buse bouchée',
    });
    await manager.post(`/machines/${machineId}/maintenance`, {
      startsAt: comingDay(3, 8),
      endsAt: comingDay(3, 10),
      reason: 'Graissage',
    });
    const what = [
      ['Hors service', 'Buse bouchée'],
      ['Maintenance', 'Graissage'],
    ];
    expect(await feedEvents(url, 'SUMMARY', 'DESCRIPTION')).toEqual(what);
    // Begun 100 days ago, it still ends tomorrow.
    await app.database.transaction(async (sql) => {
      await sql.run(
        `UPDATE bookings SET starts_at = starts_at - interval '100 days', state = 'checked_in',
                occupied = tstzrange(lower(occupied) - interval '100 days', upper(occupied))
          WHERE id = $1`,
        [outage.body.id],
      );
      await sql.run('UPDATE machines SET downtime_id = $2 WHERE id = $1', [
        machineId,
        outage.body.id,
      ]);
    });
    expect(await feedEvents(url, 'SUMMARY', 'DESCRIPTION')).toEqual(what);
  });

  it('shows what its owner may see when it is read: a role given or taken counts at once', async () => {
    const { id: machineId } = await app.lab.machine();
    await placedBooking(other, at(machineId, 8));
    const id = await app.lab.member('member', 'Rémi');
    const { url } = await machineFeed(await app.as(id), machineId);
    const become = (role: string) =>
      app.database.run('UPDATE members SET role = $2 WHERE id = $1', [id, role]);
    expect(await feedEvents(url, 'SUMMARY')).toEqual([['Occupé']]);
    await become('lab_manager');
    expect(await feedEvents(url, 'SUMMARY')).toEqual([['Otto Caché']]);
    await become('member');
    expect(await feedEvents(url, 'SUMMARY')).toEqual([['Occupé']]);
    await app.database.run(`UPDATE members SET locale = 'en' WHERE id = $1`, [id]);
    expect(await feedEvents(url, 'SUMMARY')).toEqual([['Busy']]);
  });
});
