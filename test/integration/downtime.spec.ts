import type {
  AvailabilityDto,
  BookingDto,
  BookingPageDto,
} from '../../src/bookings/bookings.dto.js';
import type {
  DisplacedDto,
  DowntimePageDto,
  PlannedDowntimeDto,
} from '../../src/bookings/downtime/downtime.dto.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';
import type { NotificationPageDto } from '../../src/notifications/notifications.dto.js';
import type { NewMachine } from '../../src/machines/add-machine.js';
import { queuedJob } from '../builders/job.js';
import type { TestMachine } from '../builders/lab.js';
import { onlineMachine } from '../builders/online-machine.js';
import { bringForward, comingDay, putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun } from '../support/job-watch.js';
import { Observer } from '../support/observer.js';

describe('maintenance and outage', () => {
  let app: TestApp;
  let memberId: string;
  let member: Client;
  let other: Client;
  let manager: Client;
  let managerId: string;

  beforeAll(async () => {
    app = await startApp();
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    managerId = await app.lab.member('lab_manager', 'Marc');
    manager = await app.as(managerId);
  });
  afterAll(() => app.stop());

  const machine = (about: Partial<Omit<NewMachine, 'labId'>> = {}): Promise<TestMachine> =>
    app.lab.machine({ ...about });
  const from = comingDay(3, 10);
  const to = comingDay(3, 14);
  const book = async (machineId: string, startsAt: string, by = member) => {
    const { status, body } = await by.post<BookingDto>('/bookings', {
      machineId,
      startsAt,
      duration: 'PT1H',
    });
    expect(status).toBe(201);
    return body;
  };
  const maintain = (machineId: string, more: object = {}, by = manager, kind = 'maintenance') =>
    by.post<PlannedDowntimeDto>(`/machines/${machineId}/${kind}`, {
      startsAt: from,
      endsAt: to,
      reason: 'Courroie à changer.',
      ...more,
    });
  const told = async (by: Client, subjectId: string) =>
    (await by.get<NotificationPageDto>('/notifications')).body.items.filter(
      ({ subject }) => subject.id === subjectId,
    );
  const liveOf = async (machineId: string) =>
    (await member.get<MachineDto>(`/machines/${machineId}`)).body.live;
  const soon = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

  it('takes the machine out of availability and of the calendar, for everybody to see', async () => {
    const { id } = await machine();
    const planned = await maintain(id);
    expect([planned.status, planned.body]).toMatchObject([
      201,
      {
        kind: 'maintenance',
        state: 'confirmed',
        startsAt: from,
        endsAt: to,
        reason: 'Courroie à changer.',
        createdBy: managerId,
        displaced: [],
      },
    ]);
    const { body: free } = await member.get<AvailabilityDto>(
      `/machines/${id}/availability?from=${comingDay(3, 8)}&to=${comingDay(3, 16)}`,
    );
    expect(free.open).toEqual([
      { startsAt: comingDay(3, 8), endsAt: from },
      { startsAt: to, endsAt: comingDay(3, 16) },
    ]);
    const { body: calendar } = await member.get<BookingPageDto>(`/bookings?machineId=${id}`);
    expect(calendar.items).toMatchObject([
      { id: planned.body.id, kind: 'maintenance', state: 'busy', purpose: 'Courroie à changer.' },
    ]);
    const { body: list } = await member.get<DowntimePageDto>(`/machines/${id}/downtime`);
    expect(list.items).toMatchObject([{ id: planned.body.id, kind: 'maintenance' }]);
    const refused = await member.post('/bookings', { machineId: id, startsAt: from, endsAt: to });
    expect([refused.status, refused.body.code]).toEqual([409, 'booking.overlap']);
  });

  it('is decided by staff alone, of a machine that exists and an interval that can be', async () => {
    const { id } = await machine();
    expect((await maintain(id, {}, member)).status).toBe(403);
    expect((await maintain(managerId)).status).toBe(404);
    for (const wrong of [
      { endsAt: from },
      { startsAt: comingDay(-3, 8), endsAt: comingDay(-2, 8) },
    ])
      expect((await maintain(id, wrong)).status).toBe(400);
    expect((await maintain(id, { reason: '' })).status).toBe(400);
  });

  it('answers with the bookings in its way and leaves them alone', async () => {
    const { id } = await machine();
    const first = await book(id, comingDay(3, 10));
    const second = await book(id, comingDay(3, 13), other);
    await book(id, comingDay(3, 15));
    const refused = await manager.post(`/machines/${id}/maintenance`, {
      startsAt: from,
      endsAt: to,
      reason: 'Courroie',
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'maintenance.conflict']);
    expect(refused.body['conflicts']).toMatchObject([
      { bookingId: first.id, startsAt: first.startsAt, memberId, memberName: 'Inès' },
      { bookingId: second.id, endsAt: second.endsAt, memberName: 'Otto', displaceable: true },
    ]);
    for (const [by, booking] of [
      [member, first],
      [other, second],
    ] as const)
      expect((await by.get<BookingDto>(`/bookings/${booking.id}`)).body.state).toBe('confirmed');
    expect(await told(member, first.id)).toEqual([]);
  });

  it('displaces them in one action, tells each member once and offers slots to take', async () => {
    const { id } = await machine();
    const equal = await machine();
    const mine = await book(id, comingDay(3, 10));
    const theirs = await book(id, comingDay(3, 12), other);
    const done = await maintain(id, { displace: true });
    expect(done.status).toBe(201);
    expect(done.body.displaced.map(({ bookingId }: DisplacedDto) => bookingId)).toEqual([
      mine.id,
      theirs.id,
    ]);
    const { body: gone } = await member.get<BookingDto>(`/bookings/${mine.id}`);
    expect(gone).toMatchObject({ state: 'cancelled' });
    expect(gone.history?.at(-1)).toMatchObject({
      state: 'cancelled',
      reason: 'Courroie à changer.',
      by: { kind: 'member', id: managerId },
    });
    const [note, ...more] = await told(member, mine.id);
    expect(more).toEqual([]);
    expect(note).toMatchObject({
      kind: 'booking.displaced',
      title: 'Your booking is cancelled',
      readAt: null,
    });
    expect(note?.body).toContain('Courroie à changer.');
    const equals = note?.alternatives.filter(({ machineId }) => machineId === equal.id) ?? [];
    expect(equals[0]).toMatchObject({ startsAt: mine.startsAt, endsAt: mine.endsAt });
    expect(note?.alternatives.map(({ machineId }) => machineId)).not.toContain(
      note?.alternatives.find((slot) => slot.machineId === id && slot.startsAt < to)?.machineId ??
        0,
    );
    expect((await member.post('/bookings', { ...equals[0] })).status).toBe(201);
    const [after] = await told(other, theirs.id);
    expect(after?.alternatives.length).toBeGreaterThan(0);
    expect(await told(member, theirs.id)).toEqual([]);
  });

  it('refuses to lie over another downtime', async () => {
    const { id } = await machine();
    const { body: first } = await maintain(id);
    const second = await manager.post(`/machines/${id}/outage`, {
      startsAt: comingDay(3, 12),
      endsAt: comingDay(3, 20),
      reason: 'Fumée',
      displace: true,
    });
    expect([second.status, second.body['conflicts']]).toMatchObject([
      409,
      [{ bookingId: first.id, kind: 'maintenance', displaceable: false }],
    ]);
  });

  it('gives the job that lost its slot back to choosing', async () => {
    const { id } = await machine();
    const jobId = await queuedJob(app, { memberId, machineId: id, opensIn: 3_600 });
    const done = await maintain(id, { startsAt: soon(1_800), endsAt: soon(9_000), displace: true });
    expect(done.status).toBe(201);
    await eventually(async () => {
      const { body } = await member.get<{ state: string; bookingId: string | null }>(
        `/jobs/${jobId}`,
      );
      expect(body).toMatchObject({ state: 'queued', bookingId: null });
    });
  });

  it('shows as the machine’s state while it lasts, above what the machine says', async () => {
    const { machine: online, wire } = await onlineMachine(app);
    const observer = await Observer.of(app);
    await eventually(async () => expect((await liveOf(online.id)).state).toBe('idle'));
    const { body } = await maintain(online.id, { startsAt: undefined, endsAt: soon(3_600) });
    await eventually(async () =>
      expect(await liveOf(online.id)).toMatchObject({ state: 'maintenance', connection: 'online' }),
    );
    await wire.say({ state: 'attention' });
    const heard = () =>
      observer.on(`${online.slug}/live`).map(({ text }) => JSON.parse(text) as { state: string });
    await eventually(() => expect(heard().at(-1)?.state).toBe('maintenance'));
    expect(heard().map(({ state }) => state)).not.toContain('attention');
    const ended = await manager.post<BookingDto>(`/bookings/${body.id}/end`, { reason: 'fini' });
    expect([ended.status, ended.body.state]).toEqual([200, 'completed']);
    await eventually(async () => expect((await liveOf(online.id)).state).toBe('attention'));
    await wire.say({ state: 'idle' });
    const after = await member.post('/bookings', { machineId: online.id, duration: 'PT1H' });
    expect(after.status).toBe(201);
  });

  it('begins and ends with its time, and is never missed', async () => {
    const { id } = await machine();
    const { body } = await maintain(id, { startsAt: soon(600), endsAt: soon(3_600) });
    await putBack(app.database, body.id, 1_200);
    await bringForward(app.database, `booking:${body.id}`);
    const stateOf = async () => (await manager.get<BookingDto>(`/bookings/${body.id}`)).body;
    await eventually(async () => expect((await stateOf()).state).toBe('checked_in'));
    await putBack(app.database, body.id, 3_600);
    await bringForward(app.database, `booking:${body.id}`);
    await eventually(async () => expect((await stateOf()).state).toBe('completed'));
    expect((await stateOf()).history?.map(({ state }) => state)).toEqual([
      'confirmed',
      'checked_in',
      'completed',
    ]);
  });

  it('is called off before it begins, which frees the machine', async () => {
    const { id } = await machine();
    const { body } = await maintain(id);
    expect((await member.post(`/bookings/${body.id}/end`, {})).status).toBe(403);
    const off = await manager.post<BookingDto>(`/bookings/${body.id}/end`, {});
    expect([off.status, off.body.state]).toEqual([200, 'cancelled']);
    await book(id, from);
    expect((await manager.post(`/bookings/${body.id}/end`, {})).status).toBe(409);
    const { body: list } = await member.get<DowntimePageDto>(`/machines/${id}/downtime`);
    expect(list.items).toEqual([]);
  });

  it('waits for whoever is at the machine, unless it is an outage, which stops nothing', async () => {
    const watch = await JobWatch.of(app);
    const { machine: busy, wire } = await onlineMachine(app);
    const jobId = await queuedJob(app, { memberId, machineId: busy.id });
    const start = await begun(wire, 0.1);
    const { bookingId } = await watch.stateIs(jobId, 'running');
    const now = { startsAt: undefined, endsAt: soon(7_200), displace: true };
    const refused = await manager.post(`/machines/${busy.id}/maintenance`, {
      ...now,
      reason: 'Buse',
    });
    expect([refused.status, refused.body['conflicts']]).toMatchObject([
      409,
      [{ bookingId, state: 'checked_in', displaceable: false }],
    ]);
    expect((await maintain(busy.id, now, manager, 'outage')).status).toBe(201);
    await eventually(async () => expect(await told(member, bookingId ?? '')).toHaveLength(1));
    await eventually(async () => expect((await liveOf(busy.id)).state).toBe('maintenance'));
    expect((await watch.job(jobId)).state).toBe('running');
    expect(watch.observer.commands('cancel')).toEqual([]);
    await wire.run(start, 1, 'idle');
    const done = await watch.stateIs(jobId, 'completed');
    expect(done.booking?.state).toBe('completed');
  });

  it('may begin in the clean-up time of a booking that is over', async () => {
    const { id } = await machine({ rules: { approval: 'auto', cleanup: 1_800 } });
    const { body } = await member.post<BookingDto>('/bookings', {
      machineId: id,
      duration: 'PT1H',
    });
    await member.post(`/bookings/${body.id}/check-in`);
    await member.post(`/bookings/${body.id}/check-out`);
    const outage = await maintain(
      id,
      { startsAt: undefined, endsAt: soon(600) },
      manager,
      'outage',
    );
    expect(outage.status).toBe(201);
  });
});
