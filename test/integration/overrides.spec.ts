import type { BookingDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import type { AuditPageDto } from '../../src/people/audit.dto.js';
import { comingDay, dayOfHours } from '../builders/slots.js';
import { aLab } from '../builders/lab.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';

describe('rules and who may decide otherwise', () => {
  let app: TestApp;
  let member: Client;
  let manager: Client;
  let managerId: string;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    managerId = await app.lab.member('lab_manager', 'Marc');
    manager = await app.as(managerId);
  });
  afterAll(() => app.stop());

  const place = <T = BookingDto>(asked: object, by = member) => by.post<T>('/bookings', asked);
  const codes = (body: Problem) => body.violations?.map(({ code }) => code);
  const hour = 3_600;

  it('every override is in the audit, with its reason and the rules it broke', async () => {
    const { id: machineId } = await app.lab.machine({ rules: { minDuration: 2 * hour } });
    const asked = { machineId, startsAt: comingDay(2, 10), duration: 'PT1H' };
    const override = { override: true, overrideReason: 'Portes ouvertes' };
    const { status, body } = await place({ ...asked, ...override }, manager);
    expect(status).toBe(201);
    const { body: audit } = await manager.get<AuditPageDto>(`/audit?subject=${body.id}`);
    expect(audit.items).toMatchObject([
      {
        action: 'booking.overridden',
        by: { kind: 'member', id: managerId, name: 'Marc' },
        subject: { kind: 'booking', id: body.id },
        reason: 'Portes ouvertes',
        facts: { violations: ['booking.too_short'] },
      },
    ]);
    const change = { duration: 'PT30M', ...override };
    expect((await manager.patch(`/bookings/${body.id}`, change)).status).toBe(200);
    const pages: string[] = [];
    let after = '';
    do {
      const query = `/audit?actor=${managerId}&from=${comingDay(-1, 0)}&limit=1${after}`;
      const page = await manager.get<AuditPageDto>(query);
      pages.push(...page.body.items.map(({ id }) => id));
      after = page.body.nextCursor === null ? '' : `&after=${page.body.nextCursor}`;
    } while (after);
    expect(pages).toHaveLength(2);
    expect((await member.get('/audit')).status).toBe(403);
    expect((await manager.get<AuditPageDto>(`/audit?to=${comingDay(-1, 0)}`)).body.items).toEqual(
      [],
    );
  });

  it('a refusal offers the nearest slots that are accepted, this machine first', async () => {
    const lab = await aLab(app.database, {
      openingHours: [
        {
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          opens: '09:00',
          closes: '18:00',
        },
      ],
    });
    const rules = { granularity: hour, minDuration: hour };
    const [first, second] = [
      await lab.machine({ rules, machineType: 'cnc_mill' }),
      await lab.machine({ rules, machineType: 'cnc_mill' }),
    ];
    const asked = { machineId: first.id, startsAt: comingDay(2, 1), duration: 'PT30M' };
    const { status, body } = await place<Problem>(asked);
    expect([status, codes(body)]).toEqual([
      422,
      ['booking.too_short', 'booking.not_aligned', 'booking.closed'],
    ]);
    const slots = body['alternatives'] as SlotDto[];
    expect(slots.map(({ machineId }) => machineId)).toEqual([first.id, first.id, second.id]);
    for (const slot of slots) {
      const taken = await place(slot);
      expect(taken.status).toBe(201);
      await member.post(`/bookings/${taken.body.id}/cancel`);
    }
  });

  it('where the week is used up, the next week is offered', async () => {
    const { id: machineId } = await app.lab.machine({
      machineType: 'resin_printer',
      rules: { weeklyQuota: hour },
    });
    const asked = { machineId, startsAt: comingDay(2, 10), duration: 'PT1H' };
    expect((await place(asked)).status).toBe(201);
    const { body } = await place<Problem>({ ...asked, startsAt: comingDay(2, 12) });
    expect(codes(body)).toEqual(['booking.weekly_quota']);
    const [slot] = body['alternatives'] as SlotDto[];
    expect((await place({ ...slot })).status).toBe(201);
  });

  it('a week’s quota counts the hours that pass, also when the clocks change', async () => {
    const timeZone = 'Europe/Paris';
    const lab = await aLab(app.database, { timeZone });
    const rules = { weeklyQuota: 4 * hour, horizon: 800 * 86_400 };
    for (const [hours, length] of [
      [23, 2],
      [25, 4],
    ] as const) {
      const { id: machineId } = await lab.machine({ rules });
      const at = (plainTime: string) =>
        dayOfHours(hours, timeZone).toZonedDateTime({ timeZone, plainTime }).toInstant().toString();
      const night = await place({ machineId, startsAt: at('01:00'), endsAt: at('04:00') });
      expect(night.status).toBe(201);
      const elapsed = Date.parse(night.body.endsAt) - Date.parse(night.body.startsAt);
      expect(elapsed / 3_600_000).toBe(length);
      // What is left of four hours: two in spring, none in autumn.
      const rest = await place({ machineId, startsAt: at('10:00'), duration: 'PT2H' });
      expect(rest.status).toBe(length === 2 ? 201 : 422);
      const more = await place<Problem>({ machineId, startsAt: at('12:00'), duration: 'PT15M' });
      expect(codes(more.body)).toEqual(['booking.weekly_quota']);
    }
  });

  it('two one-hour requests at once with three of four hours used: one is placed', async () => {
    const { id: machineId } = await app.lab.machine({ rules: { weeklyQuota: 4 * hour } });
    expect((await place({ machineId, startsAt: comingDay(2, 6), duration: 'PT3H' })).status).toBe(
      201,
    );
    const answers = await Promise.all(
      [10, 12].map((at) =>
        place<Problem>({ machineId, startsAt: comingDay(2, at), duration: 'PT1H' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it.each([
    ['ten minutes', 600, [15.0, 15.08333333], 15.16666667],
    ['nothing', 0, [14.75], 15],
  ] as const)('after a clean-up of %s the machine is free', async (_, cleanup, busy, free) => {
    const { id: machineId } = await app.lab.machine({ rules: { cleanup } });
    const at = (hours: number) =>
      new Date(
        Math.round(Date.parse(comingDay(2, 0)) / 1_000 + hours * 3_600) * 1_000,
      ).toISOString();
    const asked = (hours: number) => ({ machineId, startsAt: at(hours), duration: 'PT1H' });
    expect((await place(asked(14))).status).toBe(201);
    for (const hours of busy)
      expect((await place(asked(hours))).status).toBeGreaterThanOrEqual(409);
    expect((await place(asked(free))).status).toBe(201);
  });

  it('a lab in St. John’s that is open past midnight has its hours by its own clocks', async () => {
    const timeZone = 'America/St_Johns';
    const lab = await aLab(app.database, {
      timeZone,
      openingHours: [{ days: ['fri'], opens: '20:00', closes: '02:00' }],
    });
    const { id: machineId } = await lab.machine({
      rules: { granularity: hour, minDuration: hour, horizon: 800 * 86_400 },
    });
    const friday = dayOfHours(23, timeZone).subtract({ days: 16 });
    const at = (plainTime: string, days = 0) =>
      friday.add({ days }).toZonedDateTime({ timeZone, plainTime }).toInstant().toString();
    const early = await place<Problem>({ machineId, startsAt: at('19:00'), duration: 'PT1H' });
    expect(codes(early.body)).toEqual(['booking.closed']);
    expect((await place({ machineId, startsAt: at('20:00'), duration: 'PT3H' })).status).toBe(201);
    expect((await place({ machineId, startsAt: at('23:00'), endsAt: at('02:00', 1) })).status).toBe(
      201,
    );
    const late = await place<Problem>({ machineId, startsAt: at('02:00', 1), duration: 'PT1H' });
    expect(codes(late.body)).toEqual(['booking.closed']);
  });
});
