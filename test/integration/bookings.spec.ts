import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { TestMachine } from '../builders/lab.js';
import { bringForward, comingDay, putBack } from '../builders/slots.js';

describe('a booking', () => {
  let app: TestApp;
  let free: TestMachine;
  let managed: TestMachine;
  let memberId: string;
  let member: Client;
  let other: Client;
  let manager: Client;
  let day = 1;

  beforeAll(async () => {
    app = await startApp();
    free = await app.lab.machine();
    managed = await app.lab.machine({ rules: { approval: 'manager' } });
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const onDay = (machine: TestMachine) => ({
    machineId: machine.id,
    startsAt: comingDay((day += 1), 10),
    duration: 'PT1H',
  });
  const placed = async (asked: object, by = member) => {
    const { status, body } = await by.post<BookingDto>('/bookings', asked);
    expect(status).toBe(201);
    return body;
  };
  const now = (machine: TestMachine) => ({ machineId: machine.id, duration: 'PT1H' });
  const stateIs = (id: string, state: string) =>
    eventually(async () => {
      const { body } = await member.get<BookingDto>(`/bookings/${id}`);
      expect(body.state).toBe(state);
      return body;
    });
  const statesOf = ({ history = [] }: BookingDto) => history.map(({ state }) => state);

  it('is confirmed at once where the machine decides by itself', async () => {
    const asked = { ...onDay(free), purpose: 'Un capot' };
    const booking = await placed(asked);
    expect(booking).toMatchObject({
      state: 'confirmed',
      startsAt: asked.startsAt,
      endsAt: asked.startsAt.replace('T10', 'T11'),
      memberId,
      memberName: 'Inès',
      purpose: 'Un capot',
      mine: true,
    });
    expect(booking.history).toMatchObject([
      { state: 'confirmed', by: { kind: 'member', id: memberId, name: 'Inès' } },
    ]);
  });

  it('waits for a manager at other machines, and is confirmed by one', async () => {
    const { id, state } = await placed(onDay(managed));
    expect(state).toBe('requested');
    const approved = await manager.post<BookingDto>(`/bookings/${id}/approve`);
    expect([approved.status, approved.body.state]).toEqual([200, 'confirmed']);
    expect(approved.body.history?.at(-1)?.by).toMatchObject({ kind: 'member', name: 'Marc' });
  });

  it('is rejected with a reason that its member reads, and frees the slot', async () => {
    const asked = onDay(managed);
    const { id } = await placed(asked);
    expect((await manager.post(`/bookings/${id}/reject`, {})).status).toBe(400);
    await manager.post(`/bookings/${id}/reject`, { reason: 'La buse est bouchée.' });
    const rejected = await stateIs(id, 'rejected');
    expect(rejected.history?.at(-1)?.reason).toBe('La buse est bouchée.');
    await placed(asked, other);
  });

  it('shows to others only that the machine is busy, and not whose it is', async () => {
    const { id } = await placed({ ...onDay(free), purpose: 'Secret' });
    const { body } = await other.get<BookingPageDto>(`/bookings?machineId=${free.id}`);
    expect(body.items.find((item) => item.id === id)).toEqual({
      id,
      kind: 'booking',
      version: 1,
      createdBy: null,
      machineId: free.id,
      projectId: null,
      seriesId: null,
      startsAt: expect.any(String) as string,
      endsAt: expect.any(String) as string,
      state: 'busy',
      memberId: null,
      memberName: null,
      jobId: null,
      purpose: null,
      mine: false,
      createdAt: null,
    });
    for (const query of [`memberId=${memberId}`, 'state=confirmed', 'state=cancelled']) {
      const asked = await other.get<BookingPageDto>(`/bookings?${query}`);
      expect(asked.body.items.filter(({ mine }) => !mine)).toEqual([]);
    }
    const all = await manager.get<BookingPageDto>(`/bookings?memberId=${memberId}`);
    expect(all.body.items.map((item) => item.id)).toContain(id);
  });

  it.each([
    ['GET', ''],
    ['POST', '/cancel'],
    ['POST', '/check-in'],
    ['POST', '/check-out'],
  ] as const)('does not exist for another member (%s %s)', async (method, action) => {
    const { id } = await placed(onDay(free));
    const path = `/bookings/${id}${action}`;
    const answer = method === 'GET' ? await other.get(path) : await other.post(path);
    expect([answer.status, answer.body.code]).toEqual([404, 'booking.unknown']);
    await stateIs(id, 'confirmed');
  });

  it('is cancelled by its member or by staff, which gives the slot to others', async () => {
    for (const by of [member, manager]) {
      const asked = onDay(free);
      const { id } = await placed(asked);
      const cancelled = await by.post<BookingDto>(`/bookings/${id}/cancel`, { reason: 'malade' });
      expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
      await placed(asked, other);
    }
  });

  it('is refused what its state does not allow, and says what the state is', async () => {
    const { id } = await placed(onDay(free));
    await member.post(`/bookings/${id}/cancel`);
    for (const [by, action] of [
      [member, 'cancel'],
      [member, 'check-out'],
      [member, 'check-in'],
      [manager, 'approve'],
    ] as const) {
      const { status, body } = await by.post(`/bookings/${id}/${action}`);
      expect([status, body.code, body['state']]).toEqual([409, 'booking.state', 'cancelled']);
      expect(body.detail).toContain('cancelled');
    }
  });

  it('is decided by exactly one of two managers who disagree, thirty times of thirty', async () => {
    const deputy = await app.as(await app.lab.member('lab_manager', 'Denise'));
    for (let round = 0; round < 30; round += 1) {
      const { id } = await placed(onDay(managed));
      const answers = await Promise.all([
        manager.post(`/bookings/${id}/approve`),
        deputy.post(`/bookings/${id}/reject`, { reason: 'non' }),
      ]);
      const statuses = answers.map(({ status }) => status);
      expect([...statuses].sort()).toEqual([200, 409]);
      const { body } = await member.get<BookingDto>(`/bookings/${id}`);
      const won = statuses[0] === 200 ? 'confirmed' : 'rejected';
      expect(statesOf(body)).toEqual(['requested', won]);
      const lost = answers.find(({ status }) => status === 409);
      expect(lost?.body['state']).toBe(won);
    }
  });

  it('that nobody decided expires with its hold, and the slot is free', async () => {
    const asked = onDay(managed);
    const { id } = await placed(asked);
    expect((await other.post('/bookings', asked)).status).toBe(409);
    await app.database.run(`UPDATE bookings SET hold_until = now() WHERE id = $1`, [id]);
    await bringForward(app.database, `booking:${id}`);
    const expired = await stateIs(id, 'expired');
    expect(expired.history?.at(-1)?.by.kind).toBe('system');
    await placed(asked, other);
  });

  it('to which nobody came is missed when it is over', async () => {
    const { id } = await placed(onDay(free));
    await putBack(app.database, id, (day + 2) * 86_400);
    await bringForward(app.database, `booking:${id}`);
    await stateIs(id, 'missed');
  });

  it('may begin now, is checked in and out by its member, and frees the rest at once', async () => {
    const machine = await app.lab.machine();
    const { id, startsAt } = await placed(now(machine));
    expect(Math.abs(Date.parse(startsAt) - Date.now())).toBeLessThan(60_000);
    await putBack(app.database, id, 600);
    expect((await other.post('/bookings', now(machine))).status).toBe(409);
    await member.post(`/bookings/${id}/check-in`);
    await stateIs(id, 'checked_in');
    expect((await member.post(`/bookings/${id}/cancel`)).status).toBe(409);
    const done = await member.post<BookingDto>(`/bookings/${id}/check-out`);
    expect(statesOf(done.body)).toEqual(['confirmed', 'checked_in', 'completed']);
    await placed(now(machine), other);
    const seen = await other.get<BookingPageDto>(`/bookings?machineId=${machine.id}`);
    const busy = seen.body.items.find((item) => item.id === id);
    expect(Date.parse(busy?.endsAt ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('is checked in only while its slot is open', async () => {
    const { id } = await placed(onDay(free));
    expect((await member.post(`/bookings/${id}/check-in`)).body.code).toBe('booking.state');
    await stateIs(id, 'confirmed');
  });

  it('used by hand ends with its time', async () => {
    const { id } = await placed(now(await app.lab.machine()));
    await member.post(`/bookings/${id}/check-in`);
    await putBack(app.database, id, 3_600);
    await bringForward(app.database, `booking:${id}`);
    await stateIs(id, 'completed');
  });

  it('is made for another member, and against the rules, by staff alone', async () => {
    const asked = { ...onDay(managed), duration: 'PT5M' };
    for (const extra of [{ override: true }, { memberId: managed.id }]) {
      const { status, body } = await member.post('/bookings', { ...asked, ...extra });
      expect([status, body.code]).toEqual([403, 'request.forbidden']);
    }
    const override = { override: true, overrideReason: 'une démonstration' };
    const unsaid = await manager.post('/bookings', { ...asked, override: true });
    expect([unsaid.status, unsaid.body.violations]).toMatchObject([
      400,
      [{ code: 'field.required', path: 'overrideReason' }],
    ]);
    const given = await placed({ ...asked, memberId, ...override }, manager);
    expect(given).toMatchObject({ state: 'confirmed', memberId, memberName: 'Inès', mine: false });
    expect(given.history?.[0]?.by.name).toBe('Marc');
    const unknown = await manager.post('/bookings', { ...onDay(managed), memberId: managed.id });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'member.unknown']);
    const past = { ...asked, startsAt: comingDay(-1, 10), ...override };
    const refused = await manager.post('/bookings', past);
    expect(refused.body.violations).toMatchObject([
      { code: 'booking.in_past', overridable: false },
    ]);
  });
});
