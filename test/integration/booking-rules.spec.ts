import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import type { AvailabilityDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { aLab } from '../builders/lab.js';
import { comingDay, dayOfHours } from '../builders/slots.js';

describe('what may be booked', () => {
  let app: TestApp;
  let member: Client;
  let other: Client;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    other = await app.as(await app.lab.member('member', 'Otto'));
  });
  afterAll(() => app.stop());

  const place = <T = Problem>(asked: object, by = member) => by.post<T>('/bookings', asked);
  const placed = async (asked: object, by = member) => {
    const { status, body } = await place<BookingDto>(asked, by);
    expect(status).toBe(201);
    return body;
  };
  const codes = (body: Problem) => body.violations?.map(({ code }) => code);

  it('is refused with every rule it breaks, at once, and whether staff may decide otherwise', async () => {
    const hour = 3_600;
    const { id } = await app.lab.machine({
      rules: { minDuration: hour, leadTime: hour, maxActivePerMember: 0, weeklyQuota: 60 },
    });
    const startsAt = comingDay(-1, 10).replace('10:00', '10:07');
    const { status, body } = await place({ machineId: id, startsAt, duration: 'PT10M' });
    expect([status, body.code]).toEqual([422, 'booking.rules']);
    expect(codes(body)).toEqual([
      'booking.in_past',
      'booking.too_short',
      'booking.not_aligned',
      'booking.lead_time',
      'booking.too_many',
      'booking.weekly_quota',
    ]);
    expect(body.violations?.map(({ overridable }) => overridable)).toEqual([
      false,
      ...Array.from({ length: 5 }, () => true),
    ]);
    expect(body.violations?.[1]?.message).toBe('At least 60 minutes.');
  });

  it('lies within the horizon and the longest time', async () => {
    const { id } = await app.lab.machine();
    const far = { machineId: id, startsAt: comingDay(95, 10), duration: 'PT1H' };
    expect(codes((await place(far)).body)).toEqual(['booking.beyond_horizon']);
    const long = { machineId: id, startsAt: comingDay(1, 10), duration: 'PT73H' };
    expect(codes((await place(long)).body)).toEqual(['booking.too_long']);
  });

  it.each([
    ['a thousand years', { duration: 'PT8766000H' }],
    ['more than a date can be', { duration: 'PT99999999999H' }],
    ['until the last day there is', { endsAt: '9999-12-31T23:00:00Z' }],
    ['nothing', { duration: 'PT0S' }],
    ['backwards', { endsAt: comingDay(1, 9) }],
    ['without an end', {}],
  ])('is no interval of %s', async (_, end) => {
    const { id } = await app.lab.machine();
    const { status, body } = await place({ machineId: id, startsAt: comingDay(1, 10), ...end });
    expect([status, body.code]).toEqual([400, 'booking.interval']);
  });

  it('is told in instants with an offset, any offset', async () => {
    const { id } = await app.lab.machine();
    const without = { machineId: id, startsAt: '2026-12-01T10:00:00', duration: 'PT1H' };
    const { status, body } = await place(without);
    expect([status, codes(body)]).toEqual([400, ['field.instant']]);
    const startsAt = comingDay(1, 10).replace('T10:00:00.000Z', 'T15:45:00+05:45');
    expect((await placed({ machineId: id, startsAt, duration: 'PT1H' })).startsAt).toBe(
      comingDay(1, 10),
    );
  });

  it('may touch another booking at either end, and not reach into it', async () => {
    const { id } = await app.lab.machine();
    const from = (startsAt: string, endsAt: string) => ({ machineId: id, startsAt, endsAt });
    await placed(from(comingDay(1, 10), comingDay(1, 11)));
    await placed(from(comingDay(1, 11), comingDay(1, 12)), other);
    await placed(from(comingDay(1, 9), comingDay(1, 10)), other);
    for (const [start, end] of [
      [10, 11],
      [9.75, 10.25],
      [8, 13],
    ] as const) {
      const { status, body } = await place(from(comingDay(1, start), comingDay(1, end)), other);
      expect([status, body.code]).toEqual([409, 'booking.overlap']);
    }
  });

  it('keeps the time that setting up and cleaning take', async () => {
    const { id } = await app.lab.machine({ rules: { setup: 900, cleanup: 900 } });
    const at = (hour: number) => ({
      machineId: id,
      startsAt: comingDay(1, hour),
      duration: 'PT1H',
    });
    await placed(at(10));
    for (const hour of [8.75, 9, 11, 11.25]) expect((await place(at(hour))).status).toBe(409);
    const { body } = await member.get<AvailabilityDto>(
      `/machines/${id}/availability?from=${comingDay(1, 8)}&to=${comingDay(1, 13)}&duration=PT1H`,
    );
    expect(body.slots.map(({ startsAt }) => startsAt)).toEqual(
      [8, 8.25, 8.5, 11.5, 11.75, 12].map((hour) => comingDay(1, hour)),
    );
    await placed(at(8.5));
    await placed(at(11.5));
  });

  it('that was taken comes back with slots that are really free', async () => {
    const lab = await aLab(app.database);
    const [first, second] = [
      await lab.machine({ machineType: 'cnc_mill', rules: { setup: 900 } }),
      await lab.machine({ machineType: 'cnc_mill', rules: { cleanup: 900 } }),
    ];
    const wanted = { machineId: first.id, startsAt: comingDay(1, 10), duration: 'PT2H' };
    await placed(wanted, other);
    const { body } = await place(wanted);
    const alternatives = body['alternatives'] as SlotDto[];
    expect(alternatives).toHaveLength(3);
    expect(new Set(alternatives.map(({ machineId }) => machineId))).toEqual(
      new Set([first.id, second.id]),
    );
    for (const slot of alternatives) {
      const taken = await placed(slot);
      await member.post(`/bookings/${taken.id}/cancel`);
    }
  });

  it.each([
    ['spring', 23, 5],
    ['autumn', 25, 7],
  ] as const)('follows the lab’s wall clock when it changes in %s', async (_, hours, open) => {
    const timeZone = 'Europe/Paris';
    const lab = await aLab(app.database, {
      timeZone,
      openingHours: [{ days: ['sun'], opens: '00:00', closes: '06:00' }],
    });
    const { id } = await lab.machine({ rules: { horizon: 800 * 86_400 } });
    const day = dayOfHours(hours, timeZone);
    const at = (plainTime: string) =>
      day.toZonedDateTime({ timeZone, plainTime }).toInstant().toString();
    const { body } = await member.get<AvailabilityDto>(
      `/machines/${id}/availability?from=${at('00:00')}&to=${at('12:00')}`,
    );
    expect(body.open).toHaveLength(1);
    const [interval] = body.open;
    const length = Date.parse(interval?.endsAt ?? '') - Date.parse(interval?.startsAt ?? '');
    expect(length / 3_600_000).toBe(open);
    const early = await placed({ machineId: id, startsAt: at('00:00'), endsAt: at('06:00') });
    expect(Date.parse(early.endsAt) - Date.parse(early.startsAt)).toBe(open * 3_600_000);
    const late = await place({ machineId: id, startsAt: at('05:30'), endsAt: at('06:30') });
    expect(codes(late.body)).toEqual(['booking.closed']);
  });

  it('counts a week’s quota by the week of the lab', async () => {
    const lab = await aLab(app.database, { timeZone: 'Pacific/Auckland' });
    const { id } = await lab.machine({ rules: { weeklyQuota: 3_600 } });
    const sunday = Array.from({ length: 7 }, (_, day) => comingDay(day + 1, 10)).find(
      (at) => new Date(at).getUTCDay() === 0,
    );
    const at = (hour: number) => ({
      machineId: id,
      startsAt: (sunday ?? '').replace('T10', `T${String(hour).padStart(2, '0')}`),
      duration: 'PT1H',
    });
    await placed(at(8));
    expect(codes((await place(at(9))).body)).toEqual(['booking.weekly_quota']);
    // In Auckland it is Monday by then.
    await placed(at(14));
  });

  it('is listed page by page, each once, also where many begin at the same instant', async () => {
    const lab = await aLab(app.database);
    const startsAt = comingDay(1, 10);
    const machines = await Promise.all(Array.from({ length: 25 }, () => lab.machine()));
    const ids = await Promise.all(
      machines.map(({ id }) =>
        placed({ machineId: id, startsAt, duration: 'PT1H' }).then((booking) => booking.id),
      ),
    );
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await member.get<BookingPageDto>(
        `/bookings?from=${startsAt}&to=${comingDay(1, 10.25)}&limit=7${after}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(7);
      seen.push(...body.items.map(({ id }) => id));
      after = body.nextCursor === null ? '' : `&after=${encodeURIComponent(body.nextCursor)}`;
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids));
  });
});
