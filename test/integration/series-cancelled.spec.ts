import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { PlacedSeriesDto, SeriesDto } from '../../src/bookings/series/series.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { queuedJob } from '../builders/job.js';
import { comingMonday, wallAt } from '../builders/series.js';
import { putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { eventually } from '../support/eventually.js';

const day = 86_400;

describe('a series that is given up', () => {
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

  const date = (days: number) => comingMonday().add({ days }).toString();
  const evening = (days: number) => ({
    startsAt: wallAt(date(days), '18:00'),
    endsAt: wallAt(date(days), '20:00'),
  });
  const place = async (rules: Partial<MachineRules> = {}) => {
    const machineId = (await app.lab.machine({ rules })).id;
    const asked = { ...evening(0), machineId, rule: 'FREQ=DAILY;COUNT=4' };
    const { status, body } = await member.post<PlacedSeriesDto>('/bookings/series', asked);
    expect(status).toBe(201);
    return { ...body, ids: body.bookings.map(({ id }) => id) };
  };
  const states = async (seriesId: string) =>
    (await member.get<SeriesDto>(`/bookings/series/${seriesId}`)).body.occurrences.map(
      ({ booking }) => booking?.state,
    );
  const cancel = (id: string | undefined, more: object, by = member) =>
    by.post<BookingDto & Problem>(`/bookings/${id ?? ''}/cancel`, more);
  const undo = (id: string | undefined, by = member) =>
    by.post<BookingDto & Problem>(`/bookings/${id ?? ''}/undo`);
  const stepsOf = async (ids: readonly string[]) =>
    (
      await app.database.rows('SELECT 1 FROM outbox WHERE key = ANY($1)', [
        ids.map((id) => `step:booking:${id}`),
      ])
    ).length;

  it('from one occurrence on, and comes back whole when that is undone', async () => {
    const { id, ids } = await place();
    const { status, body } = await cancel(ids[1], { scope: 'following', reason: 'grippe' });
    expect([status, body.state, body.history?.at(-1)?.reason]).toEqual([
      200,
      'cancelled',
      'grippe',
    ]);
    expect(await states(id)).toEqual(['confirmed', 'cancelled', 'cancelled', 'cancelled']);
    expect(await stepsOf(ids)).toBe(1);
    // By whichever of them: it was one deed.
    const back = await undo(ids[3]);
    expect([back.status, back.body.state]).toEqual([200, 'confirmed']);
    expect(await states(id)).toEqual(Array.from({ length: 4 }, () => 'confirmed'));
    expect(await stepsOf(ids)).toBe(4);
    expect((await undo(ids[1])).body.code).toBe('booking.undo_over');
  });

  it('but for what has begun, is over, or was cancelled before, which an undo leaves too', async () => {
    const { id, ids } = await place();
    await app.database.transaction((sql) => putBack(sql, ids[0] ?? '', 30 * day));
    await cancel(ids[1], {});
    const again = await cancel(ids[1], { scope: 'all' });
    expect([again.status, again.body.code]).toEqual([409, 'booking.state']);
    expect((await cancel(ids[2], { scope: 'all' })).status).toBe(200);
    expect(await states(id)).toEqual(['confirmed', 'cancelled', 'cancelled', 'cancelled']);
    await undo(ids[2]);
    expect(await states(id)).toEqual(['confirmed', 'cancelled', 'confirmed', 'confirmed']);
  });

  it('and stays so where one slot went meanwhile, which is named', async () => {
    const { id, ids, machineId } = await place();
    await cancel(ids[0], { scope: 'all' });
    expect((await other.post('/bookings', { machineId, ...evening(2) })).status).toBe(201);
    const { status, body } = await undo(ids[0]);
    expect([status, body.code]).toEqual([409, 'series.conflict']);
    expect(body.violations).toMatchObject([{ code: 'booking.overlap', date: date(2) }]);
    expect(await states(id)).toEqual(Array.from({ length: 4 }, () => 'cancelled'));
  });

  it('and is undone by nobody else, not later, and not after a move of several', async () => {
    const { ids } = await place();
    const shift = { startsAt: wallAt(date(1), '17:00'), scope: 'following' };
    expect((await member.patch(`/bookings/${ids[1] ?? ''}`, shift)).status).toBe(200);
    expect((await undo(ids[1])).body.code).toBe('series.move_not_undone');
    await cancel(ids[1], { scope: 'following' });
    expect((await undo(ids[1], manager)).body.code).toBe('request.forbidden');
    expect((await undo(ids[1], other)).body.code).toBe('booking.unknown');
    await app.database.run(
      `UPDATE booking_history SET at = at - interval '11 seconds' WHERE booking_id = ANY($1)`,
      [ids],
    );
    expect((await undo(ids[1])).body.code).toBe('booking.undo_over');
  });

  it('not later than the rule says, unless staff say why', async () => {
    const { id, ids } = await place({ cancelBefore: 30 * day });
    const { status, body } = await cancel(ids[2], { scope: 'following' });
    expect([status, body.code]).toEqual([422, 'series.rules']);
    expect(body.violations).toMatchObject(
      [2, 3].map((at) => ({ code: 'booking.cancel_before', date: date(at) })),
    );
    expect(await states(id)).toEqual(Array.from({ length: 4 }, () => 'confirmed'));
    const override = { override: true, overrideReason: 'panne', scope: 'following' };
    expect((await cancel(ids[2], override)).status).toBe(403);
    expect((await cancel(ids[2], override, manager)).status).toBe(200);
  });

  it('with the jobs that had its slots, which have them again after an undo', async () => {
    const { ids, machineId } = await place();
    const jobId = await queuedJob(app, { memberId, machineId, opensIn: 4 * 3_600 });
    await app.database.run('UPDATE jobs SET booking_id = $2 WHERE id = $1', [jobId, ids[2]]);
    const bookingOf = async () =>
      (
        await app.database.row<{ id: string | null }>(
          'SELECT booking_id AS id FROM jobs WHERE id = $1',
          [jobId],
        )
      )?.id ?? null;
    await cancel(ids[1], { scope: 'following' });
    await eventually(async () => expect(await bookingOf()).toBeNull());
    await undo(ids[1]);
    await eventually(async () => expect(await bookingOf()).toBe(ids[2]));
  });
});
