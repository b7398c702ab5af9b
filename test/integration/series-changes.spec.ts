import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type {
  PlacedSeriesDto,
  SeriesDto,
  SkippedOccurrenceDto,
} from '../../src/bookings/series/series.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { comingMonday, wallAt } from '../builders/series.js';
import { dayOfHours, putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';

const hour = 3_600;
const day = 86_400;
type Scope = 'one' | 'following' | 'all';

describe('a series that changes', () => {
  let app: TestApp;
  let member: Client;
  let other: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const machine = async (rules: Partial<MachineRules> = {}) =>
    (await app.lab.machine({ rules: { horizon: 500 * day, ...rules } })).id;
  const date = (days: number) => comingMonday().add({ days }).toString();
  const evening = (days: number, from = '18:00', to = '20:00') => ({
    startsAt: wallAt(date(days), from),
    endsAt: wallAt(date(days), to),
  });
  const place = async (machineId: string, rule = 'FREQ=DAILY;COUNT=4', more: object = {}) => {
    const asked = { ...evening(0), machineId, rule, ...more };
    const { status, body } = await member.post<PlacedSeriesDto>('/bookings/series', asked);
    expect(status).toBe(201);
    const at = (index: number) => {
      const booking = body.bookings[index];
      if (!booking) throw new Error(`the series has no booking ${index}`);
      return booking;
    };
    return { ...body, at };
  };
  const patch = <T = BookingDto>(
    id: string,
    change: { scope?: Scope } & Record<string, unknown>,
    by = member,
    headers = {},
  ) => by.patch<T>(`/bookings/${id}`, change, headers);
  const series = async (id: string | null) =>
    (await member.get<SeriesDto>(`/bookings/series/${id ?? ''}`)).body;
  const bookingsOf = async (machineId: string) =>
    (await member.get<{ items: BookingDto[] }>(`/bookings?machineId=${machineId}`)).body.items;
  const startsOf = async (machineId: string) =>
    (await bookingsOf(machineId)).map(({ startsAt }) => startsAt);
  const evenings = (from: string, ...days: number[]) =>
    days.map((at) => evening(at, from).startsAt);
  const dates = (body: Problem) => body.violations?.map((one) => (one as { date?: string }).date);

  it('moves one alone, which stays the occurrence that it was', async () => {
    const machineId = await machine();
    const { id, at } = await place(machineId);
    const moved = await patch(at(1).id, { startsAt: evening(1, '19:00').startsAt, scope: 'one' });
    expect([moved.status, moved.body.seriesId]).toEqual([200, id]);
    expect(await startsOf(machineId)).toEqual([
      ...evenings('18:00', 0),
      ...evenings('19:00', 1),
      ...evenings('18:00', 2, 3),
    ]);
    const { occurrences } = await series(id);
    expect(occurrences[1]).toMatchObject({
      occurrence: `${date(1)}T18:00:00`,
      booking: { id: at(1).id, ...evening(1, '19:00', '21:00') },
    });
  });

  it('moves this and the following, which become a series of their own', async () => {
    const machineId = await machine();
    const { id, at } = await place(machineId, 'FREQ=DAILY;COUNT=4', { purpose: 'Cours' });
    const change = { startsAt: evening(2, '17:00').startsAt, duration: 'PT3H', purpose: 'TP' };
    const { status, body } = await patch(at(2).id, { ...change, scope: 'following' });
    expect([status, body.version]).toEqual([200, 2]);
    expect(body.seriesId).not.toBe(id);
    expect(await bookingsOf(machineId)).toMatchObject([
      { ...evening(0), seriesId: id, purpose: 'Cours', version: 1 },
      { ...evening(1), seriesId: id, purpose: 'Cours', version: 1 },
      { ...evening(2, '17:00'), seriesId: body.seriesId, purpose: 'TP', version: 2 },
      { ...evening(3, '17:00'), seriesId: body.seriesId, purpose: 'TP', version: 2 },
    ]);
    const [former, next] = [await series(id), await series(body.seriesId)];
    expect(former.occurrences.map(({ startsAt }) => startsAt)).toEqual(evenings('18:00', 0, 1));
    expect(next).toMatchObject({ rule: 'FREQ=DAILY;COUNT=2', purpose: 'TP' });
    expect(next.occurrences.map(({ booking }) => booking?.id)).toEqual([at(2).id, at(3).id]);
    expect(body.history?.at(-1)?.moved?.from).toEqual(evening(2));
    const step = await app.database.row<{ at: Date }>(
      'SELECT available_at AS at FROM outbox WHERE key = $1',
      [`step:booking:${at(3).id}`],
    );
    expect(step?.at.toISOString()).toBe(evening(3, '17:00').startsAt);
  });

  it('passes through its own slots, and keeps its weekdays to its rule', async () => {
    const machineId = await machine();
    const daily = await place(machineId);
    const tomorrow = await patch(daily.at(0).id, { startsAt: evening(1).startsAt, scope: 'all' });
    expect([tomorrow.status, tomorrow.body.seriesId]).toEqual([200, daily.id]);
    expect(await startsOf(machineId)).toEqual(evenings('18:00', 1, 2, 3, 4));
    const back = await patch(daily.at(3).id, { startsAt: evening(2).startsAt, scope: 'all' });
    expect(back.status).toBe(200);
    expect(await startsOf(machineId)).toEqual(evenings('18:00', -1, 0, 1, 2));
    const weekly = await place(await machine(), 'FREQ=WEEKLY;COUNT=3;BYDAY=MO,TH');
    const { body } = await patch(weekly.at(1).id, { startsAt: evening(4).startsAt, scope: 'all' });
    expect((await series(body.seriesId)).rule).toBe('FREQ=WEEKLY;COUNT=3;BYDAY=TU,FR');
  });

  it('leaves what has begun, and what was moved alone', async () => {
    const machineId = await machine();
    const { id, at } = await place(machineId, 'FREQ=DAILY;COUNT=5');
    await app.database.transaction((sql) => putBack(sql, at(0).id, 30 * day));
    await patch(at(3).id, { startsAt: evening(3, '10:00').startsAt });
    const change = { startsAt: evening(1, '16:00').startsAt, scope: 'all' } as const;
    const begun = await patch<Problem>(at(0).id, change);
    expect([begun.status, begun.body.code]).toEqual([409, 'series.begun']);
    const { body } = await patch(at(1).id, change);
    expect((await bookingsOf(machineId)).slice(1)).toMatchObject([
      evening(1, '16:00', '18:00'),
      evening(2, '16:00', '18:00'),
      { ...evening(3, '10:00', '12:00'), seriesId: body.seriesId },
      evening(4, '16:00', '18:00'),
    ]);
    expect((await series(id)).occurrences).toHaveLength(1);
    expect((await series(body.seriesId)).occurrences[2]).toMatchObject({
      occurrence: `${date(3)}T16:00:00`,
      booking: { id: at(3).id },
    });
  });

  it('gets another length or purpose without being split', async () => {
    const machineId = await machine();
    const { id, at } = await place(machineId);
    await patch(at(1).id, { startsAt: evening(1, '10:00').startsAt });
    const longer = await patch(at(2).id, {
      endsAt: evening(2, '18:00', '21:00').endsAt,
      scope: 'all',
    });
    expect(longer.body.seriesId).toBe(id);
    const renamed = await patch(at(0).id, { purpose: 'Jury', scope: 'all' });
    expect(renamed.status).toBe(200);
    expect(await bookingsOf(machineId)).toMatchObject([
      { ...evening(0, '18:00', '21:00'), purpose: 'Jury', seriesId: id },
      { ...evening(1, '10:00', '12:00'), purpose: 'Jury', seriesId: id },
      { ...evening(2, '18:00', '21:00'), purpose: 'Jury', seriesId: id },
      { ...evening(3, '18:00', '21:00'), purpose: 'Jury', seriesId: id },
    ]);
    expect(await series(id)).toMatchObject({ purpose: 'Jury', rule: 'FREQ=DAILY;COUNT=4' });
  });

  it('changes whole or not at all: where one slot is taken, all stay, and the date is named', async () => {
    const machineId = await machine();
    const { at } = await place(machineId);
    const taken = { machineId, ...evening(3, '21:00', '22:00') };
    expect((await other.post('/bookings', taken)).status).toBe(201);
    const before = await bookingsOf(machineId);
    const change = { startsAt: evening(1, '20:00').startsAt, scope: 'following' } as const;
    const { status, body } = await patch<Problem>(at(1).id, change);
    expect([status, body.code, dates(body)]).toEqual([409, 'series.conflict', [date(3)]]);
    const [refused] = body['occurrences'] as SkippedOccurrenceDto[];
    expect(refused?.alternatives).not.toEqual([]);
    expect(await bookingsOf(machineId)).toEqual(before);
  });

  it('collides with itself where it would last into its next day', async () => {
    const machineId = await machine({ maxDuration: 30 * hour });
    const { at } = await place(machineId);
    const { status, body } = await patch<Problem>(at(0).id, { duration: 'PT25H', scope: 'all' });
    expect([status, body.code]).toEqual([409, 'series.conflict']);
    expect(dates(body)).toEqual([0, 1, 2, 3].map(date));
  });

  it('is judged by every rule for each new time, its own time not counted', async () => {
    const machineId = await machine({
      maxActivePerMember: 4,
      weeklyQuota: 8 * hour,
      maxDuration: 2 * hour,
    });
    const { at } = await place(machineId);
    expect(
      (await patch(at(0).id, { startsAt: evening(0, '17:00').startsAt, scope: 'all' })).status,
    ).toBe(200);
    const { status, body } = await patch<Problem>(at(2).id, {
      duration: 'PT3H',
      scope: 'following',
    });
    expect([status, body.code]).toEqual([422, 'series.rules']);
    expect(body.violations?.map(({ code }) => code)).toEqual([
      'booking.too_long',
      'booking.too_long',
      'booking.weekly_quota',
    ]);
    const override = { override: true, overrideReason: 'concours' };
    const overridden = { duration: 'PT3H', scope: 'following', ...override } as const;
    expect((await patch(at(2).id, overridden)).status).toBe(403);
    expect((await patch(at(2).id, overridden, manager)).status).toBe(200);
  });

  it('asks the manager again when its member moves it', async () => {
    const machineId = await machine({ approval: 'manager' });
    const { at } = await place(machineId);
    const approved = await manager.post(`/bookings/${at(0).id}/approve`, { scope: 'all' });
    expect(approved.status).toBe(200);
    const states = async () => (await bookingsOf(machineId)).map(({ state }) => state);
    expect(new Set(await states())).toEqual(new Set(['confirmed']));
    const later = { startsAt: evening(2, '19:00').startsAt, scope: 'following' } as const;
    await patch(at(2).id, later);
    expect(await states()).toEqual(['confirmed', 'confirmed', 'requested', 'requested']);
    await manager.post(`/bookings/${at(2).id}/approve`, { scope: 'following' });
    await patch(at(2).id, { startsAt: evening(2, '17:00').startsAt, scope: 'all' }, manager);
    expect(new Set(await states())).toEqual(new Set(['confirmed']));
  });

  it('is decided in one go, what was decided already staying so', async () => {
    const machineId = await machine({ approval: 'manager' });
    const { at } = await place(machineId);
    await manager.post(`/bookings/${at(1).id}/approve`);
    const by = (client: Client) =>
      client.post<Problem>(`/bookings/${at(0).id}/reject`, { reason: 'complet', scope: 'all' });
    expect((await by(member)).status).toBe(403);
    expect((await by(manager)).status).toBe(200);
    const rows = await bookingsOf(machineId);
    expect(rows.map(({ state }) => state)).toEqual([
      'rejected',
      'confirmed',
      'rejected',
      'rejected',
    ]);
    const again = await by(manager);
    expect([again.status, again.body.code, again.body['state']]).toEqual([
      409,
      'booking.state',
      'rejected',
    ]);
  });

  it('refuses what no rule says, an hour that is skipped, a stale version, and others', async () => {
    const machineId = await machine();
    const refused = async (id: string, change: object, by = member, headers = {}) => {
      const { status, body } = await patch<Problem>(id, { scope: 'all', ...change }, by, headers);
      return [status, body.code];
    };
    const { at } = await place(
      machineId,
      'FREQ=MONTHLY;COUNT=12;BYMONTHDAY=' + String(Number(date(0).slice(8))),
      {
        onConflict: 'skip',
      },
    );
    const tomorrow = { startsAt: evening(1).startsAt };
    expect(await refused(at(0).id, tomorrow)).toEqual([422, 'series.day_fixed']);
    expect(await refused(at(0).id, tomorrow, other)).toEqual([404, 'booking.unknown']);
    const stale = { 'if-match': '"7"' };
    expect(await refused(at(0).id, tomorrow, member, stale)).toEqual([412, 'booking.version']);
    expect(await refused(at(0).id, { scope: 'some' })).toEqual([400, 'request.malformed']);
    expect(await refused(at(0).id, { duration: 'PT0S' })).toEqual([400, 'booking.interval']);
    const { body: alone } = await member.post<BookingDto>('/bookings', {
      machineId: await machine(),
      ...evening(0),
    });
    expect(await refused(alone.id, tomorrow)).toEqual([422, 'series.none']);
    const change = dayOfHours(23, 'Europe/Paris');
    const sunday = change.subtract({ weeks: 1 });
    const night = await place(machineId, 'FREQ=WEEKLY;COUNT=3', {
      startsAt: wallAt(sunday, '01:00'),
      endsAt: wallAt(sunday, '01:30'),
    });
    const skipped = await patch<Problem>(night.at(0).id, {
      startsAt: wallAt(sunday, '02:00'),
      scope: 'all',
    });
    expect([skipped.status, dates(skipped.body)]).toEqual([
      422,
      [change.toString(), change.toString()],
    ]);
    expect(skipped.body.violations?.[0]?.code).toBe('booking.skipped_hour');
  });
});
