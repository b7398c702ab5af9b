import type { AvailabilityDto, BookingDto } from '../../src/bookings/bookings.dto.js';
import type {
  LabCalendarPageDto,
  ReadCalendarDto,
} from '../../src/bookings/lab-calendars/lab-calendars.dto.js';
import type { LabDto, MachineDto } from '../../src/machines/machines.dto.js';
import { aLab } from '../builders/lab.js';
import type { TestLab } from '../builders/lab.js';
import { comingDay } from '../builders/slots.js';
import { auditOf } from '../support/audit.js';
import { startBuiltLab } from '../support/built-lab.js';
import type { BuiltLab } from '../support/built-lab.js';
import type { Client, Problem } from '../support/client.js';
import { OutsideCalendar, icsOf } from '../support/outside-calendar.js';

describe('an outside calendar', () => {
  let app: BuiltLab;
  let outside: OutsideCalendar;
  let member: Client;
  let manager: Client;

  beforeAll(async () => {
    outside = await new OutsideCalendar().start();
    // This one address of the loopback network counts as outside.
    app = await startBuiltLab({ OUTGOING_NETWORKS: '127.0.0.1' });
    member = await app.as(await app.lab.member('member', 'Inès'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(async () => {
    await app.stop();
    outside.stop();
  });

  const fair = { summary: 'Salon', startsAt: comingDay(3, 8), endsAt: comingDay(3, 18) };
  const add = <T = ReadCalendarDto>({ id }: { id: string }, more: object = {}, by = manager) =>
    by.post<T>(`/labs/${id}/calendars`, { name: 'Ville', url: outside.url, ...more });
  const added = async (lab: { id: string }, more: object = {}) => {
    const { status, body } = await add(lab, more);
    expect(status).toBe(201);
    return body;
  };
  const refused = async (answer: Promise<{ status: number; body: Problem }>) => {
    const { status, body } = await answer;
    return `${status} ${body.code}`;
  };
  const place = <T = BookingDto>(machineId: string, startsAt: string, endsAt: string) =>
    member.post<T>('/bookings', { machineId, startsAt, endsAt });
  const closuresOf = async ({ id }: { id: string }) =>
    (await member.get<LabDto>(`/labs/${id}`)).body.closures;
  const closuresIn = async (calendarId: string) =>
    (
      await app.database.rows<{ reason: string }>(
        'SELECT reason FROM lab_closures WHERE calendar_id = $1 ORDER BY starts_at',
        [calendarId],
      )
    ).map(({ reason }) => reason);
  const labWithMachine = async (): Promise<[TestLab, string]> => {
    const lab = await aLab(app.database);
    return [lab, (await lab.machine()).id];
  };

  it('closes the lab at its events; bookings inside them stand, and are named', async () => {
    const [lab, machineId] = await labWithMachine();
    const standing = await place(machineId, comingDay(3, 9), comingDay(3, 10));
    await place(machineId, comingDay(3, 20), comingDay(3, 21));
    outside.serve(
      icsOf(
        fair,
        { ...fair, summary: 'Annulé', more: ['STATUS:CANCELLED'] },
        { ...fair, summary: 'Libre', more: ['TRANSP:TRANSPARENT'] },
      ),
    );
    const { affected, ...calendar } = await added(lab);
    expect(calendar).toMatchObject({
      labId: lab.id,
      machineId: null,
      url: outside.url,
      closures: 1,
      ignored: { cancelled: 1, transparent: 1 },
      lastError: null,
    });
    expect(affected).toMatchObject([
      { bookingId: standing.body.id, machineId, state: 'confirmed', memberName: 'Inès' },
    ]);
    const path = `/labs/${lab.id}/calendars/${calendar.id}`;
    expect((await manager.get<ReadCalendarDto>(path)).body).toEqual({ ...calendar, affected });
    const { summary: reason, ...times } = fair;
    expect(await closuresOf(lab)).toEqual([{ ...times, reason, calendarId: calendar.id }]);
    const within = await place<Problem>(machineId, comingDay(3, 11), comingDay(3, 12));
    expect(within.body.violations?.map(({ code }) => code)).toEqual(['booking.closed']);
    const hours = `from=${comingDay(3, 6)}&to=${comingDay(3, 19)}`;
    const free = await member.get<AvailabilityDto>(`/machines/${machineId}/availability?${hours}`);
    expect(free.body.open).toEqual([
      { startsAt: comingDay(3, 6), endsAt: comingDay(3, 8) },
      { startsAt: comingDay(3, 18), endsAt: comingDay(3, 19) },
    ]);
    expect(await auditOf(app.database, calendar.id)).toMatchObject([{ action: 'calendar.added' }]);
  });

  it('closes one machine where it is that machine’s', async () => {
    const [lab, machineId] = await labWithMachine();
    const { id: another } = await lab.machine();
    outside.serve(icsOf(fair));
    const { id } = await added(lab, { machineId });
    expect(await closuresOf(lab)).toEqual([]);
    const { body } = await member.get<MachineDto>(`/machines/${machineId}`);
    expect(body.closures).toMatchObject([{ reason: 'Salon', calendarId: id }]);
    const times = [comingDay(3, 11), comingDay(3, 12)] as const;
    expect((await place(machineId, ...times)).status).toBe(422);
    expect((await place(another, ...times)).status).toBe(201);
    const foreign = await app.lab.machine();
    expect(await refused(add<Problem>(lab, { machineId: foreign.id }))).toBe('404 machine.unknown');
  });

  it('is staff’s affair, address and all', async () => {
    const [lab] = await labWithMachine();
    outside.serve(icsOf(fair));
    expect(await refused(add<Problem>(lab, {}, member))).toBe('403 request.forbidden');
    const url = outside.url.replace('http://', 'http://marc:s3cret@');
    const { id } = await added(lab, { url });
    expect(outside.asked.at(-1)?.authorization).toMatch(/^Basic /);
    const path = `/labs/${lab.id}/calendars`;
    expect((await member.get(path)).status).toBe(403);
    expect((await member.get(`${path}/${id}`)).status).toBe(403);
    expect((await member.delete(`${path}/${id}`)).status).toBe(403);
    const listed = await manager.get<LabCalendarPageDto>(path);
    expect(listed.body.items).toMatchObject([{ id, url: outside.url, closures: 1 }]);
    expect(app.output()).not.toContain('s3cret');
  });

  it('comes as a file as well, read once', async () => {
    const [lab] = await labWithMachine();
    const path = `/labs/${lab.id}/calendars`;
    const upload = <T = ReadCalendarDto>(text: string, fields: Record<string, string>) =>
      manager.upload<T>(path, new Blob([text], { type: 'text/calendar' }), 'lab.ics', fields);
    const { status, body } = await upload(icsOf(fair), { name: 'Salons' });
    expect([status, body.url, body.nextReadAt, body.closures]).toEqual([201, null, null, 1]);
    expect(await refused(manager.post(`${path}/${body.id}/refresh`))).toBe(
      '409 calendar.no_address',
    );
    expect(await refused(upload<Problem>('BEGIN:VCARD', { name: 'x' }))).toBe(
      '400 calendar.malformed',
    );
    expect(await refused(upload<Problem>('x'.repeat(5_000_001), { name: 'x' }))).toBe(
      '413 calendar.too_large',
    );
    const bad = await upload<Problem>(icsOf(fair), { machineId: 'x', colour: 'red' });
    expect(bad.body.violations?.map(({ path, code }) => `${path} ${code}`).sort()).toEqual(
      expect.arrayContaining(['colour field.unknown', 'machineId field.id', 'name field.text']),
    );
    expect(await refused(manager.post(path, { name: 'x' }))).toBe('400 calendar.source');
    expect((await manager.get<LabCalendarPageDto>(path)).body.items).toHaveLength(1);
  });

  it('is left alone by whoever changes the closures of its lab or machine, and goes with its own', async () => {
    const [lab, machineId] = await labWithMachine();
    outside.serve(icsOf(fair));
    const ofLab = await added(lab);
    const ofMachine = await added(lab, { machineId });
    const visit = { startsAt: comingDay(5, 8), endsAt: comingDay(5, 9), reason: 'Visite' };
    await manager.patch(`/machines/${machineId}`, { closures: [visit] });
    // Whoever reads all, adds one and sends all back makes none of them twice.
    const all = [...(await closuresOf(lab)), visit];
    const { status, body } = await manager.patch<LabDto>(`/labs/${lab.id}`, { closures: all });
    expect(status).toBe(200);
    expect(body.closures.map(({ reason }) => reason)).toEqual(['Salon', 'Visite']);
    await manager.patch(`/labs/${lab.id}`, { closures: [] });
    await manager.patch(`/machines/${machineId}`, { closures: [] });
    expect((await closuresOf(lab)).map(({ calendarId }) => calendarId)).toEqual([ofLab.id]);
    expect(await closuresIn(ofMachine.id)).toEqual(['Salon']);
    await manager.patch(`/machines/${machineId}`, { closures: [visit] });
    await manager.patch(`/labs/${lab.id}`, { closures: [] });
    const machine = await member.get<MachineDto>(`/machines/${machineId}`);
    expect(machine.body.closures.map(({ reason }) => reason)).toEqual(['Salon', 'Visite']);

    expect((await manager.delete(`/labs/${lab.id}/calendars/${ofLab.id}`)).status).toBe(204);
    expect(await closuresOf(lab)).toEqual([]);
    expect(await closuresIn(ofMachine.id)).toEqual(['Salon']);
    const step = `SELECT 1 FROM outbox WHERE key = 'step:calendar:' || $1`;
    expect(await app.database.row(step, [ofLab.id])).toBeNull();
    expect((await manager.delete(`/labs/${lab.id}/calendars/${ofLab.id}`)).status).toBe(404);
    expect((await auditOf(app.database, ofLab.id)).map(({ action }) => action)).toEqual([
      'calendar.added',
      'calendar.removed',
    ]);
    // Of another lab it is unknown.
    const path = `/labs/${app.lab.id}/calendars/${ofMachine.id}`;
    expect(await refused(manager.get(path))).toBe('404 calendar.unknown');
    expect(await refused(manager.delete(path))).toBe('404 calendar.unknown');
  });

  it('is refused whole where it cannot be had or read, and leaves nothing', async () => {
    const [lab] = await labWithMachine();
    const refusal = (more: object = {}) => refused(add<Problem>(lab, more));
    expect(await refusal({ url: 'http://10.0.0.1/lab.ics' })).toBe('422 outgoing.private');
    expect(await refusal({ url: 'http://[::1]:3000/lab.ics' })).toBe('422 outgoing.private');
    expect(await refusal({ url: 'http://localhost:1/lab.ics' })).toMatch(/^422 outgoing\./);
    expect(await refusal({ url: 'file:///etc/passwd' })).toBe('422 outgoing.address');
    expect(await refusal({ url: 'http://127.0.0.1:1/lab.ics' })).toBe('422 outgoing.unreachable');
    outside.redirect('http://127.0.0.2/lab.ics');
    expect(await refusal()).toBe('422 outgoing.private');
    outside.redirect(outside.url);
    expect(await refusal()).toBe('422 outgoing.redirects');
    outside.answer = (response) => void response.writeHead(403).end();
    expect(await refusal()).toBe('422 outgoing.status');
    outside.answer = (response) => {
      const endless = setInterval(() => response.write('X'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(endless));
    };
    expect(await refusal()).toBe('422 outgoing.too_large');
    outside.serve('<!doctype html><title>Sign in</title>');
    expect(await refusal()).toBe('400 calendar.malformed');
    expect((await manager.get<LabCalendarPageDto>(`/labs/${lab.id}/calendars`)).body.items).toEqual(
      [],
    );
    expect(await closuresOf(lab)).toEqual([]);
  });

  it('holds nobody else up, however much it asks to be reckoned', async () => {
    const [lab] = await labWithMachine();
    const rule = 'RRULE:FREQ=DAILY;COUNT=100000';
    const long = Array.from({ length: 300 }, () => ({
      ...fair,
      startsAt: '1900-01-01T00:00:00Z',
      endsAt: '1900-01-01T01:00:00Z',
      more: [rule],
    }));
    outside.serve(icsOf(...long));
    let pending = true;
    const refusal = refused(add<Problem>(lab)).finally(() => (pending = false));
    let answered = 0;
    while (pending) {
      expect((await fetch(`${app.base}/health/live`)).status).toBe(200);
      answered += 1;
    }
    expect(await refusal).toBe('413 calendar.too_large');
    expect(answered).toBeGreaterThan(10);
  });
});
