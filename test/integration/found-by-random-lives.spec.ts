import type { AvailabilityDto, BookingDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { addProject } from '../../src/people/projects.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { settled } from '../support/settled.js';

const minutes = 60;
const hours = 3_600;

/** What random lives of a lab showed to be wrong once, each in its shortest form. */
describe('a lab of whose clock a test is the master', () => {
  let app: TestApp;
  let member: Client;

  const at = (time: string, day = '2027-03-27') => `${day}T${time}:00.000Z`;

  beforeAll(async () => {
    app = await startApp({ at: at('08:00') });
    member = await app.as(await app.lab.member());
  });
  afterAll(() => app.stop());
  beforeEach(() => clockShows('08:00'));

  const clockShows = async (time: string) => {
    await app.time.to(new Date(at(time)));
    await settled(app);
  };
  const machine = async (rules: Partial<MachineRules>) => (await app.lab.machine({ rules })).id;
  const place = <T = BookingDto>(asked: object, by = member) => by.post<T>('/bookings', asked);
  const placed = async (asked: object, by = member) => {
    const { status, body } = await place(asked, by);
    expect(status).toBe(201);
    return body;
  };

  it('shows no time as free that the setup after a booking just over needs', async () => {
    const machineId = await machine({ setup: 15 * minutes });
    const booking = await placed({ machineId, duration: 'PT1H' });
    await member.post(`/bookings/${booking.id}/check-in`);
    await clockShows('09:00');
    const { body } = await member.get<AvailabilityDto>(
      `/machines/${machineId}/availability?from=${at('09:00')}&to=${at('10:00')}`,
    );
    expect(body.open).toEqual([{ startsAt: at('09:15'), endsAt: at('10:00') }]);
    const tooSoon = await place<Problem>({ machineId, duration: 'PT15M' });
    expect(tooSoon.body.code).toBe('booking.overlap');
    const [first] = tooSoon.body['alternatives'] as SlotDto[];
    expect(first?.startsAt).toBe(at('09:15'));
    await placed({ ...first });
  });

  it('offers no slot that leaves the grid where the clocks change', async () => {
    const machineId = await machine({ granularity: 2 * hours, minDuration: 2 * hours });
    // From six in the evening, an hour of the night is skipped.
    const asked = { machineId, startsAt: at('18:00'), duration: 'PT8H' };
    const { status, body } = await place<Problem>(asked);
    expect([status, body.violations?.map(({ code }) => code)]).toEqual([
      422,
      ['booking.not_aligned'],
    ]);
    const alternatives = body['alternatives'] as SlotDto[];
    expect(alternatives.length).toBeGreaterThan(0);
    for (const slot of alternatives) {
      const { id } = await placed({ ...slot });
      await member.post(`/bookings/${id}/cancel`);
    }
  });

  it('offers a project whose hours are used up no time of that week', async () => {
    const machineId = await machine({ weeklyQuotaPerProject: 2 * hours });
    const memberId = await app.lab.member();
    const by = await app.as(memberId);
    const { id: projectId } = await addProject(app.database, {
      labId: app.lab.id,
      name: 'Bateau',
      memberIds: [memberId],
    });
    await placed({ machineId, startsAt: at('10:00'), duration: 'PT2H', projectId }, by);
    const asked = { machineId, startsAt: at('14:00'), duration: 'PT1H', projectId };
    const { body } = await place<Problem>(asked, by);
    expect(body.violations?.map(({ code }) => code)).toEqual(['booking.project_quota']);
    const alternatives = (body['alternatives'] as SlotDto[]).filter(
      (slot) => slot.machineId === machineId,
    );
    expect(alternatives.length).toBeGreaterThan(0);
    // The week ends with Sunday the 28th, on the clocks of Paris.
    for (const { startsAt } of alternatives)
      expect(Date.parse(startsAt)).toBeGreaterThanOrEqual(Date.parse(at('22:00', '2027-03-28')));
    await placed({ ...alternatives[0], projectId }, by);
  });

  it('offers whoever moves a booking no slot that only its own end would give', async () => {
    const machineId = await machine({ granularity: 30 * minutes, cleanup: 10 * minutes });
    const { id, startsAt } = await placed({ machineId, startsAt: at('10:00'), duration: 'PT1H' });
    const asked = { startsAt: at('10:05'), duration: 'PT90M' };
    const { status, body } = await member.patch<Problem>(`/bookings/${id}`, asked);
    expect([status, body.violations?.map(({ code }) => code)]).toEqual([
      422,
      ['booking.not_aligned'],
    ]);
    const alternatives = (body['alternatives'] as SlotDto[]).filter(
      (slot) => slot.machineId === machineId,
    );
    expect(alternatives.map((slot) => slot.startsAt)).toContain(startsAt);
    for (const slot of alternatives) {
      const times = { startsAt: slot.startsAt, endsAt: slot.endsAt };
      expect((await member.patch(`/bookings/${id}`, times)).status).toBe(200);
    }
  });

  it('offers nothing instead to whoever may not leave their slot any more', async () => {
    const machineId = await machine({ cancelBefore: 24 * hours });
    const { id } = await placed({ machineId, startsAt: at('10:00'), duration: 'PT1H' });
    const refused = await member.patch<Problem>(`/bookings/${id}`, { startsAt: at('12:05') });
    expect(refused.body.violations?.map(({ code }) => code)).toContain('booking.cancel_before');
    expect(refused.body['alternatives']).toEqual([]);
  });

  it('offers nothing instead to whoever is at the machine', async () => {
    const machineId = await machine({ maxDuration: 2 * hours });
    const { id } = await placed({ machineId, duration: 'PT1H' });
    await member.post(`/bookings/${id}/check-in`);
    const refused = await member.patch<Problem>(`/bookings/${id}`, { duration: 'PT3H' });
    expect(refused.status).toBe(422);
    const offered = refused.body['alternatives'] as SlotDto[];
    expect(offered.filter((slot) => slot.startsAt !== at('08:00'))).toEqual([]);
  });

  it('does not prolong the booking of whose clean-up an outage takes a part', async () => {
    const manager = await app.as(await app.lab.member('lab_manager'));
    const machineId = await machine({ cleanup: 10 * minutes });
    const { id, endsAt } = await placed({ machineId, duration: 'PT1H' });
    await member.post(`/bookings/${id}/check-in`);
    const outage = { startsAt: at('09:05'), endsAt: at('10:00'), reason: 'x', displace: true };
    expect((await manager.post(`/machines/${machineId}/outage`, outage)).status).toBe(201);
    expect((await member.get<BookingDto>(`/bookings/${id}`)).body.endsAt).toBe(endsAt);
    await clockShows('09:00');
    expect((await member.get<BookingDto>(`/bookings/${id}`)).body.state).toBe('completed');
  });
});
