import { v7 as uuid } from 'uuid';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { JobEvents } from '../../src/jobs/job-events.js';
import type { NotificationPageDto } from '../../src/notifications/notifications.dto.js';
import { queuedJob } from '../builders/job.js';
import { onlineMachine } from '../builders/online-machine.js';
import { bringForward, putBack } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun } from '../support/job-watch.js';

const hour = 3_600;

describe('the life of a booking', () => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let otherId: string;
  let member: Client;
  let other: Client;

  beforeAll(async () => {
    app = await startApp();
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    otherId = await app.lab.member('member', 'Otto');
    other = await app.as(otherId);
  });
  afterAll(() => app.stop());

  const now = async (machineId: string, by = member) => {
    const { status, body } = await by.post<BookingDto>('/bookings', {
      machineId,
      duration: 'PT1H',
    });
    expect(status).toBe(201);
    return body;
  };
  /** One that begins at any second: the grid is not what is looked at here. */
  const later = async (machineId: string, seconds: number, of = memberId) => {
    const id = uuid();
    await app.database.run(
      `INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state)
       SELECT $1, $2, $3, s, s + interval '1 hour', tstzrange(s, s + interval '1 hour'), 'confirmed'
         FROM (SELECT now() + make_interval(secs => $4) AS s) AS slot`,
      [id, machineId, of, seconds],
    );
    return { id };
  };
  const stateIs = (id: string, state: string, by = member) =>
    eventually(async () => {
      const { body } = await by.get<BookingDto>(`/bookings/${id}`);
      expect(body.state).toBe(state);
      return body;
    });
  const told = async (by: Client, subjectId: string) =>
    (await by.get<NotificationPageDto>('/notifications')).body.items.filter(
      ({ subject }) => subject.id === subjectId,
    );
  /** Everything of the booking happened so long ago, and its step is due. */
  const age = async (id: string, seconds: number) => {
    await putBack(app.database, id, seconds);
    await app.database.run(
      'UPDATE booking_history SET at = at - make_interval(secs => $2) WHERE booking_id = $1',
      [id, seconds],
    );
    await bringForward(app.database, `booking:${id}`);
  };
  const plannedAt = async (id: string) =>
    (
      await app.database.row<{ at: Date }>(
        `SELECT available_at AS at FROM outbox WHERE key = 'step:booking:' || $1`,
        [id],
      )
    )?.at.getTime() ?? 0;
  /** Until its opening was seen and the next step lies ahead. */
  const opened = (id: string) =>
    eventually(async () => expect(await plannedAt(id)).toBeGreaterThan(Date.now() + 60_000));

  it('without anybody there is missed after the grace; the rest is free and its member is told once', async () => {
    const { id: machineId } = await app.lab.machine();
    const { id, startsAt } = await now(machineId);
    await opened(id);
    expect(Math.abs((await plannedAt(id)) - Date.parse(startsAt) - 900_000)).toBeLessThan(10_000);
    await age(id, 600);
    await opened(id);
    await stateIs(id, 'confirmed');
    await age(id, 310);
    const missed = await stateIs(id, 'missed');
    expect(missed.history?.at(-1)?.by.kind).toBe('system');
    await now(machineId, other);
    await watch.settled();
    const notes = await told(member, id);
    expect(notes).toMatchObject([{ kind: 'booking.missed', facts: { machineId } }]);
  });

  it('is missed in real time where the grace is short', async () => {
    const { id: machineId } = await app.lab.machine({
      rules: { approval: 'auto', checkInGrace: 2 },
    });
    const { id } = await now(machineId);
    const missed = await stateIs(id, 'missed');
    const [confirmed, freed] = missed.history ?? [];
    const waited = Date.parse(freed?.at ?? '') - Date.parse(confirmed?.at ?? '');
    expect(waited).toBeGreaterThanOrEqual(2_000);
    await now(machineId, other);
  });

  it('is kept to its end where the rules know no grace', async () => {
    const { id: machineId } = await app.lab.machine({
      rules: { approval: 'auto', checkInGrace: null },
    });
    const { id, endsAt } = await now(machineId);
    await opened(id);
    expect(await plannedAt(id)).toBe(Date.parse(endsAt));
  });

  it('counts the grace from the approval where that came late', async () => {
    const manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
    const { id: machineId } = await app.lab.machine({ rules: { approval: 'manager' } });
    const { id } = await now(machineId);
    await age(id, 1_800);
    await manager.post(`/bookings/${id}/approve`);
    await opened(id);
    await stateIs(id, 'confirmed');
  });

  it('is not missed while a job of it waits for its machine', async () => {
    const { id: machineId } = await app.lab.machine();
    const jobId = await queuedJob(app, { memberId, machineId });
    const { bookingId } = await watch.job(jobId);
    await opened(bookingId ?? '');
    await age(bookingId ?? '', 1_800);
    await opened(bookingId ?? '');
    await stateIs(bookingId ?? '', 'confirmed');
  });

  it('is not missed by whoever checked in', async () => {
    const { id: machineId } = await app.lab.machine();
    const { id } = await now(machineId);
    await member.post(`/bookings/${id}/check-in`);
    await age(id, 1_800);
    await watch.settled();
    await stateIs(id, 'checked_in');
  });

  it('begins a few minutes early where the machine is free', async () => {
    const { id: machineId } = await app.lab.machine();
    const { id } = await later(machineId, 500);
    const early = await member.post<BookingDto>(`/bookings/${id}/check-in`);
    expect([early.status, early.body.state]).toEqual([200, 'checked_in']);
    expect(Date.parse(early.body.startsAt)).toBeLessThanOrEqual(Date.now());
    expect((await other.post('/bookings', { machineId, duration: 'PT15M' })).status).toBe(409);
    expect((await member.post(`/bookings/${id}/check-out`)).status).toBe(200);
    await now(machineId, other);
  });

  it('does not begin so early, nor while somebody else is at the machine', async () => {
    const { id: machineId } = await app.lab.machine();
    const far = await later(machineId, 1_000);
    expect((await member.post(`/bookings/${far.id}/check-in`)).body.code).toBe('booking.state');
    await putBack(app.database, far.id, -4 * hour);

    const theirs = await now(machineId, other);
    await other.post(`/bookings/${theirs.id}/check-in`);
    await putBack(app.database, theirs.id, hour - 300);
    const mine = await later(machineId, 400);
    const refused = await member.post(`/bookings/${mine.id}/check-in`);
    expect([refused.status, refused.body.code]).toEqual([409, 'booking.machine_taken']);
    // Over, and still at it.
    await putBack(app.database, theirs.id, 350);
    const still = await member.post(`/bookings/${mine.id}/check-in`);
    expect([still.status, still.body.code]).toEqual([409, 'booking.machine_taken']);
    await other.post(`/bookings/${theirs.id}/check-out`);
    expect((await member.post(`/bookings/${mine.id}/check-in`)).status).toBe(200);
  });

  it('that begins early lets its job begin', async () => {
    const { machine, wire } = await onlineMachine(app);
    const jobId = await queuedJob(app, { memberId, machineId: machine.id, opensIn: 400 });
    const { bookingId } = await watch.job(jobId);
    await member.post(`/bookings/${bookingId}/check-in`);
    await begun(wire);
    await watch.stateIs(jobId, 'running');
  });

  const running = async () => {
    const { machine, wire } = await onlineMachine(app);
    const jobId = await queuedJob(app, { memberId, machineId: machine.id });
    const start = await begun(wire, 0.1);
    const { bookingId } = await watch.stateIs(jobId, 'running');
    const say = (remaining: number) =>
      wire.say({
        state: 'running',
        commandId: start.commandId,
        jobId,
        // Something that the gateway notes at once.
        error: `remaining ${remaining}`,
        progress: 0.5,
        remaining,
      });
    return { machine, bookingId: bookingId ?? '', say };
  };

  it('is extended where its run takes longer and the time is free', async () => {
    const { bookingId, say } = await running();
    await say(2 * hour);
    await eventually(async () => {
      const { body } = await member.get<BookingDto>(`/bookings/${bookingId}`);
      expect(Date.parse(body.endsAt)).toBeGreaterThan(Date.now() + 2 * hour * 1_000 - 60_000);
    });
    expect(await told(member, bookingId)).toEqual([]);
  });

  it('that will run into the next one warns both, once, and offers the next other slots', async () => {
    const { machine, bookingId, say } = await running();
    await app.lab.machine();
    const next = await later(machine.id, 2 * hour, otherId);
    await say(2 * hour + 600);
    await say(2 * hour + 1_200);
    await eventually(async () => expect(await told(other, next.id)).toHaveLength(1));
    await say(2 * hour + 2_400);
    await watch.settled();
    const [mine, ...more] = await told(member, bookingId);
    expect(more).toEqual([]);
    expect(mine).toMatchObject({ kind: 'booking.overrun_mine', facts: { machineId: machine.id } });
    const [theirs, ...others] = await told(other, next.id);
    expect(others).toEqual([]);
    expect(theirs).toMatchObject({
      kind: 'booking.overrun_next',
      facts: { machineId: machine.id },
    });
    expect(theirs?.body).toContain('is expected to end on');
    const [slot] = theirs?.alternatives ?? [];
    expect(slot?.machineId).not.toBe(machine.id);
    expect((await other.post('/bookings', { ...slot })).status).toBe(201);
    await stateIs(next.id, 'confirmed', other);
  });

  it('is not ended by a message of before it was had back', async () => {
    const { id: machineId } = await app.lab.machine();
    const { id } = await now(machineId);
    expect((await member.post(`/bookings/${id}/check-in`)).status).toBe(200);
    await app.nest.get(JobEvents, { strict: false }).onBookingClosed({ bookingId: id });
    expect((await member.get<BookingDto>(`/bookings/${id}`)).body.state).toBe('checked_in');
    await putBack(app.database, id, 2 * hour);
    await app.nest.get(JobEvents, { strict: false }).onBookingClosed({ bookingId: id });
    await stateIs(id, 'completed');
  });
});
