import type { BookingDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { queuedJob } from '../builders/job.js';
import { comingDay } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { eventually } from '../support/eventually.js';

describe('a booking that changes', () => {
  let app: TestApp;
  let memberId: string;
  let member: Client;
  let other: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const placed = async (machineId: string, hour = 10, hours = 1, by = member) => {
    const asked = { machineId, startsAt: comingDay(3, hour), duration: `PT${hours}H` };
    const { status, body } = await by.post<BookingDto>('/bookings', asked);
    expect(status).toBe(201);
    return body;
  };
  const machine = async (rules: Partial<MachineRules> = {}) =>
    (await app.lab.machine({ rules })).id;
  const patch = <T = BookingDto>(id: string, change: object, by = member, version?: number) =>
    by.patch<T>(
      `/bookings/${id}`,
      change,
      version === undefined ? {} : { 'if-match': `"${version}"` },
    );
  const read = async (id: string, by = member) =>
    (await by.get<BookingDto>(`/bookings/${id}`)).body;
  const codes = (body: Problem) => body.violations?.map(({ code }) => code);
  const at = (hour: number) => comingDay(3, hour);
  const stepOf = async (id: string) =>
    (
      await app.database.row<{ at: Date }>('SELECT available_at AS at FROM outbox WHERE key = $1', [
        `step:booking:${id}`,
      ])
    )?.at.toISOString();

  it('moves and keeps its length, or is resized, and remembers from where', async () => {
    const { id } = await placed(await machine());
    const moved = await patch(id, { startsAt: at(12) });
    expect([moved.status, moved.headers.get('etag')]).toEqual([200, '"2"']);
    expect(moved.body).toMatchObject({ startsAt: at(12), endsAt: at(13), state: 'confirmed' });
    expect(await stepOf(id)).toBe(at(12));
    const longer = await patch(id, { duration: 'PT2H', purpose: 'Deux capots' });
    expect(longer.body).toMatchObject({ startsAt: at(12), endsAt: at(14), version: 3 });
    expect((await patch(id, { endsAt: at(12.5) })).body.endsAt).toBe(at(12.5));
    const { history, purpose } = await read(id);
    expect(purpose).toBe('Deux capots');
    expect(history?.map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'confirmed'),
    );
    expect(history?.[1]).toMatchObject({
      by: { name: 'Inès' },
      moved: {
        from: { startsAt: at(10), endsAt: at(11) },
        to: { startsAt: at(12), endsAt: at(13) },
      },
    });
    await placed(await machine(), 10, 1, other);
  });

  it('frees the time that it leaves, and may overlap its own former time', async () => {
    const machineId = await machine();
    const { id } = await placed(machineId);
    expect((await patch(id, { startsAt: at(10.5) })).status).toBe(200);
    await placed(machineId, 9.5, 1, other);
  });

  it('is refused with its present version when it changed in the meantime', async () => {
    const { id, version } = await placed(await machine());
    const got = await member.get<BookingDto>(`/bookings/${id}`);
    expect(got.headers.get('etag')).toBe(`"${version}"`);
    expect((await patch(id, { startsAt: at(12) }, member, version)).status).toBe(200);
    const stale = await patch<Problem>(id, { startsAt: at(15) }, manager, version);
    expect([stale.status, stale.body.code, stale.body['version']]).toEqual([
      412,
      'booking.version',
      2,
    ]);
    expect((await read(id)).startsAt).toBe(at(12));
  });

  it('stays as it was where the slot is taken, and is offered others that are free', async () => {
    const machineId = await machine();
    await placed(machineId, 12, 1, other);
    const booking = await placed(machineId);
    const { status, body } = await patch<Problem>(booking.id, { startsAt: at(12.25) });
    expect([status, body.code]).toEqual([409, 'booking.overlap']);
    expect(await read(booking.id)).toEqual(booking);
    const [first] = body['alternatives'] as SlotDto[];
    expect(first?.machineId).toBe(machineId);
    expect((await patch(booking.id, { startsAt: first?.startsAt })).status).toBe(200);
  });

  it('is judged by every rule for its new time, itself not counted', async () => {
    const hour = 3_600;
    const machineId = await machine({
      maxActivePerMember: 1,
      weeklyQuota: hour,
      maxDuration: hour,
    });
    const { id } = await placed(machineId);
    expect((await patch(id, { startsAt: at(12) })).status).toBe(200);
    const { status, body } = await patch<Problem>(id, { startsAt: at(12.1), duration: 'PT2H' });
    expect([status, codes(body)]).toEqual([
      422,
      ['booking.too_long', 'booking.not_aligned', 'booking.weekly_quota'],
    ]);
    const override = { override: true, overrideReason: 'concours' };
    expect((await patch(id, { duration: 'PT2H', ...override })).status).toBe(403);
    expect((await patch(id, { duration: 'PT2H', ...override }, manager)).status).toBe(200);
  });

  it('asks the manager again when its member moves it, unless it only shrinks', async () => {
    const { id, state } = await placed(await machine({ approval: 'manager' }), 10, 2);
    expect(state).toBe('requested');
    expect((await patch(id, { startsAt: at(9) })).body.state).toBe('requested');
    await manager.post(`/bookings/${id}/approve`);
    expect((await patch(id, { endsAt: at(10) })).body.state).toBe('confirmed');
    expect((await patch(id, { startsAt: at(14) }, manager)).body.state).toBe('confirmed');
    expect((await patch(id, { startsAt: at(15) })).body.state).toBe('requested');
    expect(await stepOf(id)).toBe(at(15));
  });

  it('is approved by itself under the time that the rule says', async () => {
    const machineId = await machine({ approval: { autoUnder: 7_200 } });
    expect((await placed(machineId, 8)).state).toBe('confirmed');
    const { id, state } = await placed(machineId, 10, 2);
    expect(state).toBe('requested');
    expect((await patch(id, { duration: 'PT1H' })).body.state).toBe('confirmed');
    expect((await patch(id, { duration: 'PT2H' })).body.state).toBe('requested');
  });

  it('does not exist for another member, and is not changed once it ended', async () => {
    const { id } = await placed(await machine());
    expect((await patch<Problem>(id, { startsAt: at(12) }, other)).body.code).toBe(
      'booking.unknown',
    );
    await member.post(`/bookings/${id}/cancel`);
    const { status, body } = await patch<Problem>(id, { startsAt: at(12) });
    expect([status, body.code, body['state']]).toEqual([409, 'booking.state', 'cancelled']);
  });

  it('that is in use changes its end alone', async () => {
    const machineId = await machine();
    const asked = { machineId, duration: 'PT1H' };
    const { body } = await member.post<BookingDto>('/bookings', asked);
    await member.post(`/bookings/${body.id}/check-in`);
    const longer = await patch(body.id, { duration: 'PT2H' });
    expect([longer.status, longer.body.state]).toEqual([200, 'checked_in']);
    expect(await stepOf(body.id)).toBe(longer.body.endsAt);
    const moved = await patch<Problem>(body.id, { startsAt: at(10), duration: 'PT1H' });
    expect([moved.status, moved.body.code]).toEqual([409, 'booking.state']);
  });

  it('whose job is on its way or running only gets more time', async () => {
    const machineId = await machine();
    const jobId = await queuedJob(app, { memberId, machineId, opensIn: 4 * 3_600 });
    await app.database.run(`UPDATE jobs SET state = 'staging' WHERE id = $1`, [jobId]);
    const job = await app.database.row<{ id: string; endsAt: Date }>(
      `SELECT b.id, b.ends_at AS "endsAt" FROM jobs j JOIN bookings b ON b.id = j.booking_id
        WHERE j.id = $1`,
      [jobId],
    );
    const id = job?.id ?? '';
    for (const change of [{ startsAt: at(10) }, { duration: 'PT30M' }]) {
      const { status, body } = await patch<Problem>(id, change);
      expect([status, body.code]).toEqual([409, 'booking.job_under_way']);
    }
    expect((await patch(id, { duration: 'PT2H' })).status).toBe(200);
  });

  it('is not given up later than the rule says, unless staff say why', async () => {
    const { id } = await placed(await machine({ cancelBefore: 30 * 86_400 }));
    for (const answer of [
      await member.post(`/bookings/${id}/cancel`),
      await patch<Problem>(id, { startsAt: at(12) }),
      await manager.post(`/bookings/${id}/cancel`),
    ]) {
      expect([answer.status, codes(answer.body)]).toEqual([422, ['booking.cancel_before']]);
    }
    expect((await patch(id, { duration: 'PT2H' })).status).toBe(200);
    const override = { override: true, overrideReason: 'panne' };
    expect((await member.post(`/bookings/${id}/cancel`, override)).status).toBe(403);
    expect((await manager.post(`/bookings/${id}/cancel`, override)).status).toBe(200);
  });

  describe('and is undone', () => {
    const undo = <T = BookingDto>(id: string, by = member) => by.post<T>(`/bookings/${id}/undo`);
    const later = (id: string) =>
      app.database.run(
        `UPDATE booking_history SET at = at - interval '11 seconds' WHERE booking_id = $1`,
        [id],
      );

    it('comes back as it was after a cancel, with its next step and its job', async () => {
      const machineId = await machine();
      const jobId = await queuedJob(app, { memberId, machineId, opensIn: 7 * 3_600 });
      const bookingOf = async () =>
        (
          await app.database.row<{ id: string | null }>(
            'SELECT booking_id AS id FROM jobs WHERE id = $1',
            [jobId],
          )
        )?.id ?? null;
      const id = (await bookingOf()) ?? '';
      await app.database.run(
        `INSERT INTO booking_history (booking_id, state, actor_kind) VALUES ($1, 'confirmed', 'system')`,
        [id],
      );
      await member.post(`/bookings/${id}/cancel`);
      await eventually(async () => expect(await bookingOf()).toBeNull());
      const back = await undo(id);
      expect([back.status, back.body.state]).toEqual([200, 'confirmed']);
      expect(await stepOf(id)).toBe(back.body.startsAt);
      await eventually(async () => expect(await bookingOf()).toBe(id));
    });

    it('goes back to where it was before a move, and is confirmed again', async () => {
      const { id } = await placed(await machine({ approval: 'manager' }));
      await manager.post(`/bookings/${id}/approve`);
      await patch(id, { startsAt: at(14) });
      const { body } = await undo(id);
      expect(body).toMatchObject({ startsAt: at(10), endsAt: at(11), state: 'confirmed' });
      expect((await undo<Problem>(id)).body.code).toBe('booking.undo_over');
    });

    it('not once its job has begun in the slot to which it moved', async () => {
      const machineId = await machine();
      const { id } = await placed(machineId);
      await patch(id, { startsAt: at(14) });
      const jobId = await queuedJob(app, { memberId, machineId, opensIn: 4 * 3_600 });
      await app.database.run(`UPDATE jobs SET booking_id = $2, state = 'staging' WHERE id = $1`, [
        jobId,
        id,
      ]);
      const { status, body } = await undo<Problem>(id);
      expect([status, body.code]).toEqual([409, 'booking.job_under_way']);
      expect((await read(id)).startsAt).toBe(at(14));
    });

    it('not by another, not later, and not where the slot went', async () => {
      const machineId = await machine();
      const { id } = await placed(machineId);
      expect((await undo<Problem>(id)).body.code).toBe('booking.undo_over');
      await member.post(`/bookings/${id}/cancel`);
      expect((await undo<Problem>(id, manager)).body.code).toBe('request.forbidden');
      await placed(machineId, 10.5, 1, other);
      const taken = await undo<Problem>(id);
      expect([taken.status, taken.body.code]).toEqual([409, 'booking.overlap']);
      expect(taken.body['alternatives']).not.toEqual([]);
      await later(id);
      const late = await undo<Problem>(id);
      expect([late.status, late.body.code]).toEqual([409, 'booking.undo_over']);
    });
  });
});
