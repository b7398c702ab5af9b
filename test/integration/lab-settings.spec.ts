import type { AvailabilitiesDto, BookingDto } from '../../src/bookings/bookings.dto.js';
import type { LabDto, MachineDto } from '../../src/machines/machines.dto.js';
import type { AuditPageDto } from '../../src/people/audit.dto.js';
import { aLab } from '../builders/lab.js';
import { comingDay } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { Observer } from '../support/observer.js';
import { eventually } from '../support/eventually.js';

describe('the settings of a lab and its machines', () => {
  let app: TestApp;
  let member: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const codes = (body: Problem) => body.violations?.map(({ code, path }) => `${path} ${code}`);
  const place = <T = BookingDto>(machineId: string, hour: number, hours = 1) =>
    member.post<T>('/bookings', {
      machineId,
      startsAt: comingDay(2, hour),
      duration: `PT${hours}H`,
    });
  const broken = (body: Problem) => body.violations?.map(({ code }) => code);

  it('of the lab are changed by staff, at the version that they read, and audited', async () => {
    const lab = await aLab(app.database);
    const path = `/labs/${lab.id}`;
    const read = await manager.get<LabDto>(path);
    const version = { 'if-match': read.headers.get('etag') ?? '' };
    const changes = {
      name: 'Fabrique',
      timeZone: 'America/St_Johns',
      openingHours: [
        { days: ['mon', 'tue'], opens: '09:00', closes: '12:00' },
        { days: ['mon', 'tue'], opens: '13:30', closes: '02:00' },
      ],
      closures: [{ startsAt: comingDay(3, 0), endsAt: comingDay(4, 0), reason: 'Inventaire' }],
      rules: { cleanup: 'PT10M', approval: { autoUnder: 'PT2H' }, weeklyQuota: null },
    };
    expect((await member.patch(path, changes)).status).toBe(403);
    const changed = await manager.patch<LabDto>(path, changes, version);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    const { rules: ownRules, ...rest } = changes;
    expect(changed.body).toMatchObject({ ...rest, ownRules });
    const stale = await manager.patch(path, { name: 'Autre' }, version);
    expect([stale.status, stale.body.code]).toEqual([412, 'lab.version']);
    const audit = await manager.get<AuditPageDto>(`/audit?subject=${lab.id}`);
    expect(audit.body.items).toMatchObject([
      { action: 'lab.changed', facts: { changed: Object.keys(changes) } },
    ]);
  });

  it('are refused with everything that is wrong with them, at once', async () => {
    const { status, body } = await manager.patch(`/labs/${app.lab.id}`, {
      timeZone: 'Europe/Lens',
      openingHours: [{ days: ['mon', 'someday'], opens: '9:00', closes: '25:00' }],
      closures: [{ startsAt: 'tomorrow', endsAt: comingDay(1, 0), reason: 'x' }],
      rules: { cleanup: '10 minutes', granularity: 'PT0S', approval: 'perhaps', colour: 'red' },
    });
    expect(status).toBe(400);
    expect(codes(body)?.sort()).toEqual(
      [
        'timeZone field.time_zone',
        'openingHours.0.days field.choice',
        'openingHours.0.opens field.wall_time',
        'openingHours.0.closes field.wall_time',
        'closures.0.startsAt field.instant',
        'rules.cleanup field.duration',
        'rules.granularity field.duration',
        'rules.approval field.approval',
        'rules.colour field.unknown',
      ].sort(),
    );
    const backwards = { startsAt: comingDay(2, 0), endsAt: comingDay(1, 0), reason: 'x' };
    const order = await manager.patch(`/labs/${app.lab.id}`, { closures: [backwards] });
    expect(codes(order.body)).toEqual(['closures.0.endsAt field.order']);
    const { id } = await app.lab.machine();
    const contradictory = await manager.patch(`/machines/${id}`, {
      rules: { minDuration: 'PT100H' },
    });
    expect([contradictory.status, contradictory.body.code]).toEqual([422, 'rules.contradictory']);
  });

  it('of a machine hold from then on: hours, closures and rules; what it no longer says is inherited', async () => {
    const lab = await aLab(app.database);
    const { id } = await lab.machine();
    const path = `/machines/${id}`;
    const read = await manager.get<MachineDto>(path);
    expect(read.body.ownRules).toEqual({ approval: 'auto' });
    expect((await place(id, 1)).status).toBe(201);
    const changes = {
      name: 'Fraiseuse',
      openingHours: [
        {
          days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          opens: '12:00',
          closes: '18:00',
        },
      ],
      closures: [{ startsAt: comingDay(2, 14), endsAt: comingDay(2, 15), reason: 'Visite' }],
      rules: { approval: 'auto', maxDuration: 'PT2H' },
      materials: ['hêtre'],
      workArea: { x: 300, y: 200, z: 80 },
      startPolicy: 'operator',
    };
    const changed = await manager.patch<MachineDto>(path, changes);
    const { rules, ...rest } = changes;
    expect(changed.body).toMatchObject({ ...rest, ownRules: rules, version: 2 });
    expect(changed.body.rules).toMatchObject({ maxDuration: 'PT2H', minDuration: 'PT15M' });
    expect(broken((await place<Problem>(id, 3)).body)).toEqual(['booking.closed']);
    expect(broken((await place<Problem>(id, 14)).body)).toEqual(['booking.closed']);
    expect((await place(id, 12)).status).toBe(201);
    await manager.put(`/labs/${lab.id}/machine-types/fdm_printer/rules`, { setup: 'PT30M' });
    const back = await manager.patch<MachineDto>(path, { rules: {}, openingHours: null });
    expect(back.body.rules).toMatchObject({
      maxDuration: 'PT72H',
      approval: 'manager',
      setup: 'PT30M',
    });
    expect(back.body.openingHours).toBeNull();
    const around = { openingHours: 'around_the_clock' };
    expect((await manager.patch<MachineDto>(path, around)).body).toMatchObject(around);
  });

  it('that change are announced on the bus', async () => {
    const { id } = await app.lab.machine();
    const bus = await Observer.of(app);
    await manager.patch(`/machines/${id}`, { name: 'Renommée' });
    await eventually(() =>
      expect(bus.on(`changes/machine/${id}`).map(({ text }) => text)).toContainEqual(
        expect.stringContaining('machine.changed'),
      ),
    );
  });

  it('say which machine takes a piece of that size and material', async () => {
    const lab = await aLab(app.database);
    const about = { machineType: 'laser_cutter', materials: ['Contreplaqué 3 mm'] } as const;
    const large = await lab.machine({ ...about, workArea: { x: 400, y: 600, z: 50 } });
    const small = await lab.machine({ ...about, workArea: { x: 300, y: 200, z: 50 } });
    const found = async (query: string) => {
      const { body } = await member.get<AvailabilitiesDto>(
        `/availability?machineType=laser_cutter&duration=PT1H&${query}`,
      );
      return body.items.map(({ machineId }) => machineId).sort();
    };
    expect(await found('minWidth=600&minDepth=400&material=contreplaque')).toEqual([large.id]);
    expect(await found('material=contreplaqu%C3%A9')).toEqual([large.id, small.id].sort());
    expect(await found('material=acier')).toEqual([]);
    expect((await member.get('/availability?minWidth=-1')).status).toBe(400);
  });
});
