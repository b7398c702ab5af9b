import type { Temporal } from 'temporal-polyfill';
import type { PlacedSeriesDto, SeriesDto } from '../../src/bookings/series/series.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { aLab } from '../builders/lab.js';
import type { TestLab } from '../builders/lab.js';
import { wallAt } from '../builders/series.js';
import { dayOfHours } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';

const hour = 3_600;
const paris = 'Europe/Paris';
const stJohns = 'America/St_Johns';

describe('a series across a change of the clocks', () => {
  let app: TestApp;
  let member: Client;
  let night: TestLab;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    night = await aLab(app.database, {
      timeZone: stJohns,
      openingHours: [{ days: ['fri', 'sat', 'sun'], opens: '20:00', closes: '02:00' }],
    });
  });
  afterAll(() => app.stop());

  const machine = async (rules: Partial<MachineRules> = {}, lab = app.lab) =>
    (await lab.machine({ rules: { horizon: 500 * 86_400, ...rules } })).id;
  const from = (day: Temporal.PlainDate, starts: string, ends: string, timeZone = paris) => ({
    startsAt: wallAt(day, starts, timeZone),
    endsAt: wallAt(ends > starts ? day : day.add({ days: 1 }), ends, timeZone),
  });
  const place = <T = PlacedSeriesDto>(asked: object) => member.post<T>('/bookings/series', asked);
  const hours = ({ startsAt, endsAt }: { startsAt: string | null; endsAt: string | null }) =>
    startsAt && endsAt ? (Date.parse(endsAt) - Date.parse(startsAt)) / 3_600_000 : null;

  it.each([
    [23, 2],
    [25, 4],
  ] as const)('keeps its wall time: on the day of %d hours it lasts %d', async (length, lasts) => {
    const change = dayOfHours(length, paris);
    const asked = from(change.subtract({ weeks: 1 }), '01:00', '04:00');
    const machineId = await machine();
    const rule = 'FREQ=WEEKLY;BYDAY=SU;COUNT=3';
    const { status, body } = await place({ ...asked, machineId, rule });
    expect(status).toBe(201);
    expect(body.bookings.map(hours)).toEqual([3, lasts, 3]);
    expect(body.bookings[1]).toMatchObject(from(change, '01:00', '04:00'));
    expect(body.bookings[2]).toMatchObject(from(change.add({ weeks: 1 }), '01:00', '04:00'));
  });

  it('counts elapsed time towards the hours of a week', async () => {
    const change = dayOfHours(23, paris);
    const asked = from(change.subtract({ weeks: 1 }), '01:00', '04:00');
    const machineId = await machine({ weeklyQuota: 2 * hour });
    const rule = 'FREQ=WEEKLY;COUNT=3';
    const { body } = await place({ ...asked, machineId, rule, onConflict: 'skip' });
    expect(body.bookings.map(({ startsAt }) => startsAt)).toEqual([wallAt(change, '01:00')]);
    expect(body.skipped.map(({ violations }) => violations[0]?.code)).toEqual([
      'booking.weekly_quota',
      'booking.weekly_quota',
    ]);
  });

  it('is refused in the hour that the clock skips, with the reason, and moved nowhere', async () => {
    const change = dayOfHours(23, paris);
    const asked = from(change.subtract({ weeks: 1 }), '02:15', '02:45');
    const machineId = await machine();
    const rule = 'FREQ=WEEKLY;COUNT=2';
    const { status, body } = await place<Problem>({ ...asked, machineId, rule });
    expect([status, body.code]).toEqual([422, 'series.rules']);
    expect(body.violations?.[0]).toMatchObject({
      code: 'booking.skipped_hour',
      overridable: false,
      date: change.toString(),
      time: '02:15',
      message: `On ${change.toString()} there is no 02:15: the clock goes forward.`,
    });
    const kept = await place({ ...asked, machineId, rule, onConflict: 'skip' });
    expect(kept.body.skipped).toMatchObject([
      { date: change.toString(), startsAt: null, endsAt: null, code: 'booking.skipped_hour' },
    ]);
    expect(kept.body.skipped[0]?.alternatives).not.toEqual([]);
    expect(kept.body.bookings).toMatchObject([
      asked,
      from(change.add({ weeks: 1 }), '02:15', '02:45'),
    ]);
    const { body: read } = await member.get<SeriesDto>(`/bookings/series/${kept.body.id}`);
    expect(read.occurrences.map(({ startsAt, booking }) => [startsAt, booking?.state])).toEqual([
      [asked.startsAt, 'confirmed'],
      [null, undefined],
      [wallAt(change.add({ weeks: 1 }), '02:15'), 'confirmed'],
    ]);
  });

  it('does not begin in the second of two hours that the clock shows alike', async () => {
    const change = dayOfHours(25, paris);
    const second = new Date(Date.parse(wallAt(change, '03:00')) - hour * 500).toISOString();
    const asked = { startsAt: second, endsAt: wallAt(change, '04:00') };
    const answer = await place<Problem>({
      ...asked,
      machineId: await machine(),
      rule: 'FREQ=DAILY;COUNT=2',
    });
    expect([answer.status, answer.body.code, answer.body['time']]).toEqual([
      422,
      'series.doubled_hour',
      '02:30',
    ]);
  });

  it('keeps to hours of St. John’s that pass midnight, in the week of the change', async () => {
    const change = dayOfHours(23, stJohns);
    const friday = change.subtract({ days: 2 });
    const machineId = await machine({}, night);
    const asked = { ...from(friday, '23:00', '01:30', stJohns), machineId };
    const { status, body } = await place({ ...asked, rule: 'FREQ=DAILY;COUNT=3' });
    expect(status).toBe(201);
    expect(body.bookings).toMatchObject(
      [0, 1, 2].map((days) => from(friday.add({ days }), '23:00', '01:30', stJohns)),
    );
    const tooLate = { ...from(friday, '01:30', '02:30', stJohns), machineId };
    const refused = await place<Problem>({ ...tooLate, rule: 'FREQ=DAILY;COUNT=2' });
    expect(refused.body.violations).toMatchObject([
      { code: 'booking.closed', date: friday.toString() },
      { code: 'booking.closed', date: friday.add({ days: 1 }).toString() },
    ]);
  });
});
