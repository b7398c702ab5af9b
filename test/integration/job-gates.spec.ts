import type { JobDto, QueueDto } from '../../src/jobs/jobs.dto.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun, staged } from '../support/job-watch.js';
import { queuedJob } from '../builders/job.js';
import { another, onlineMachines } from '../builders/online-machine.js';
import type { OnlineMachine } from '../builders/online-machine.js';
import { bringForward, putBack } from '../builders/slots.js';

describe('a job waits', () => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let member: Client;
  let other: Client;
  let printers: OnlineMachine[];
  let lasers: OnlineMachine[];

  beforeAll(async () => {
    app = await startApp();
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    printers = await onlineMachines(app, 6);
    lasers = await onlineMachines(app, 4, {
      machineType: 'laser_cutter',
      startPolicy: 'operator',
    });
  });
  afterAll(async () => {
    await watch.expectStartsOnce();
    await app.stop();
  });

  const jobOn = ({ machine }: OnlineMachine, opensIn = -1) =>
    queuedJob(app, { memberId, machineId: machine.id, opensIn });
  const blockedBy = async (jobId: string, ...blockers: string[]) =>
    eventually(async () => expect((await watch.job(jobId)).blockedBy).toEqual(blockers));
  const clear = (machineId: string, body: object = {}, by = member) =>
    by.post<MachineDto>(`/machines/${machineId}/clear`, body);
  const start = (jobId: string, by = member) => by.post<JobDto>(`/jobs/${jobId}/start`);

  it('for its slot to open, and then goes', async () => {
    const place = another(printers);
    const jobId = await jobOn(place, 3_600);
    await blockedBy(jobId, 'slot.not_open');
    await watch.settled();
    expect(place.wire.commands).toEqual([]);
    const { bookingId } = await watch.job(jobId);
    await putBack(app.database, bookingId ?? '', 3_601);
    await bringForward(app.database, `booking:${bookingId}`);
    const begin = await begun(place.wire);
    await watch.stateIs(jobId, 'running');
    expect(begin.jobId).toBe(jobId);
  });

  it('for an operator at a laser, which never starts by itself', async () => {
    const place = another(lasers);
    const jobId = await jobOn(place);
    await staged(place.wire);
    await watch.stateIs(jobId, 'ready');
    await blockedBy(jobId, 'operator.start');
    await place.wire.say({ state: 'idle' });
    await watch.settled();
    expect(watch.observer.commands('start').filter((sent) => sent.jobId === jobId)).toEqual([]);
    expect((await start(jobId, other)).status).toBe(404);
    const asked = await start(jobId);
    expect([asked.status, asked.body.state]).toEqual([200, 'ready']);
    const command = await place.wire.command('start');
    expect((await start(jobId)).status).toBe(200);
    await place.wire.run(command, 0.1);
    await watch.stateIs(jobId, 'running');
    expect((await start(jobId)).body).toMatchObject({ code: 'job.state', state: 'running' });
  });

  it('and cannot be started by hand while something stands in the way', async () => {
    const place = another(lasers);
    const jobId = await jobOn(place);
    await staged(place.wire);
    await watch.stateIs(jobId, 'ready');
    await place.wire.say({ state: 'attention', error: 'the lid is open' });
    await blockedBy(jobId, 'machine.error', 'operator.start');
    const { status, body } = await member.post(`/jobs/${jobId}/start`);
    expect([status, body.code, body['blockedBy']]).toEqual([409, 'job.blocked', ['machine.error']]);
    expect(body.violations).toMatchObject([{ message: 'The machine reports an error.' }]);
    await place.wire.say({ state: 'idle' });
    await blockedBy(jobId, 'operator.start');
    expect((await start(jobId)).status).toBe(200);
    await place.wire.command('start');
  });

  it('for the bed to be cleared of the piece before it', async () => {
    const { machine, wire } = another(printers);
    const first = await jobOn({ machine, wire });
    const begin = await begun(wire);
    await watch.stateIs(first, 'running');
    expect((await clear(machine.id)).body).toMatchObject({ code: 'bed.state' });
    await wire.run(begin, 1, 'idle');
    await watch.stateIs(first, 'completed');

    const second = await jobOn({ machine, wire }, 0);
    await staged(wire);
    await watch.stateIs(second, 'ready');
    await blockedBy(second, 'bed.not_cleared');
    expect((await clear(machine.id, {}, other)).status).toBe(403);
    const notThatPiece = await clear(machine.id, { commandId: machine.id });
    expect(notThatPiece.status).toBe(409);
    expect(watch.observer.commands('start').map(({ jobId }) => jobId)).not.toContain(second);
    const cleared = await clear(machine.id, { commandId: begin.commandId });
    expect([cleared.status, cleared.body.bedClear]).toEqual([200, true]);
    expect((await wire.command('start')).jobId).toBe(second);
    expect((await clear(machine.id)).status).toBe(409);
  });

  it('while another has the machine beyond its time: two never overlap', async () => {
    const place = another(printers);
    const first = await jobOn(place);
    const begin = await begun(place.wire, 0.9);
    await watch.stateIs(first, 'running');
    const second = await jobOn(place, 3_600);
    const slots = [await watch.job(first), await watch.job(second)].map(
      ({ bookingId }) => bookingId ?? '',
    );
    // Both at once: a slot whose run overruns takes what is free behind it.
    await app.database.transaction(async (sql) => {
      for (const slot of slots) await putBack(sql, slot, 3_601);
    });
    for (const slot of slots) await bringForward(app.database, `booking:${slot}`);
    await blockedBy(second, 'machine.busy');
    await watch.settled();
    await watch.stateIs(first, 'running');
    expect(place.wire.commands).toEqual([]);
    await place.wire.run(begin, 1, 'idle');
    const done = await watch.stateIs(first, 'completed');
    expect(done.booking?.state).toBe('completed');
    expect((await place.wire.command('prepare')).jobId).toBe(second);
  });

  it.each(['stale', 'offline'] as const)('while its machine is %s', async (connection) => {
    const place = another(printers);
    await place.wire.publish(
      'connection',
      { sessionId: place.wire.sessionId, state: 'offline' },
      true,
    );
    await eventually(async () => {
      const { body } = await member.get<MachineDto>(`/machines/${place.machine.id}`);
      expect(body.live.connection).toBe('offline');
    });
    await app.database.run(
      'UPDATE machine_observations SET connection = $2 WHERE machine_id = $1',
      [place.machine.id, connection],
    );
    const jobId = await jobOn(place);
    await blockedBy(jobId, `machine.${connection}`);
    await watch.settled();
    await place.wire.say({ state: 'idle' });
    expect((await place.wire.command('prepare')).jobId).toBe(jobId);
  });

  it('no longer in a slot that ended before anybody started it', async () => {
    const place = another(lasers);
    const jobId = await jobOn(place);
    await staged(place.wire);
    const { bookingId } = await watch.stateIs(jobId, 'ready');
    await putBack(app.database, bookingId ?? '', 7_200);
    await bringForward(app.database, `booking:${bookingId}`);
    const back = await watch.stateIs(jobId, 'queued');
    expect(back).toMatchObject({ bookingId: null, blockedBy: ['slot.none'] });
    expect(back.dispatches).toMatchObject([{ state: 'ended', error: 'the slot ended first' }]);
    expect(await watch.story(jobId)).toEqual(['queued', 'staging', 'ready', 'queued']);
    expect((await start(jobId)).status).toBe(409);
    const booking = await member.get<{ state: string }>(`/bookings/${bookingId}`);
    expect(booking.body.state).toBe('missed');
    const next = await jobOn(place);
    expect((await place.wire.command('prepare')).jobId).toBe(next);
  });

  it('in a queue that tells each member of their own, and staff of all', async () => {
    const place = another(lasers);
    const mine = await jobOn(place, 3_600);
    const later = await jobOn(place, 7_201);
    const path = `/queue?machineId=${place.machine.id}`;
    const { body } = await member.get<QueueDto>(path);
    expect(body.items).toMatchObject([
      { jobId: mine, position: 1, blockedBy: ['slot.not_open'] },
      { jobId: later, position: 2, blockedBy: ['slot.not_open'] },
    ]);
    expect((await other.get<QueueDto>(path)).body.items).toEqual([]);
    expect((await other.get(`/jobs/${mine}`)).status).toBe(404);
  });
});
