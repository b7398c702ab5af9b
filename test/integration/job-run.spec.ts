import type { JobDto } from '../../src/jobs/jobs.dto.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { JobWatch, begun, staged } from '../support/job-watch.js';
import { queuedJob } from '../builders/job.js';
import { another, onlineMachines } from '../builders/online-machine.js';
import type { OnlineMachine } from '../builders/online-machine.js';

describe('a job on its machine', () => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let member: Client;
  let machines: OnlineMachine[];
  let operated: OnlineMachine[];

  beforeAll(async () => {
    app = await startApp();
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    machines = await onlineMachines(app, 14);
    operated = await onlineMachines(app, 1, { startPolicy: 'operator' });
  });
  afterAll(async () => {
    await watch.expectStartsOnce();
    await app.stop();
  });

  const submitted = async (startPolicy: 'remote' | 'operator' = 'remote', opensIn = -1) => {
    const { machine, wire } = another(startPolicy === 'remote' ? machines : operated);
    const jobId = await queuedJob(app, { memberId, machineId: machine.id, opensIn });
    return { machine, wire, jobId };
  };
  const running = async () => {
    const { machine, wire, jobId } = await submitted();
    const start = await begun(wire, 0.1);
    await watch.stateIs(jobId, 'running');
    return { machine, wire, jobId, start };
  };
  const ask = (jobId: string, action: string, body?: object) =>
    member.post<JobDto>(`/jobs/${jobId}/${action}`, body);
  const bedOf = async (machineId: string) =>
    (await member.get<MachineDto>(`/machines/${machineId}`)).body.bedClear;
  const bookingState = async ({ bookingId, booking }: JobDto) =>
    booking?.state ??
    (
      await app.database.row<{ state: string }>('SELECT state FROM bookings WHERE id = $1', [
        bookingId,
      ])
    )?.state;

  it('is staged, started once and completed by the machine’s own word', async () => {
    const { machine, wire, jobId } = await submitted();
    const prepare = await wire.command('prepare');
    expect(prepare.jobId).toBe(jobId);
    const file = await fetch(prepare.args.url ?? '');
    expect(file.status).toBe(200);
    await wire.acknowledge(prepare, 'accepted');
    await wire.acknowledge(prepare, 'finished');
    const start = await wire.command('start');
    await wire.acknowledge(start, 'accepted');
    await wire.run(start, 0);
    const going = await watch.stateIs(jobId, 'running');
    expect(going.booking?.state).toBe('checked_in');
    await wire.run(start, 1, 'idle');
    const done = await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual([
      'queued',
      'staging',
      'ready',
      'running',
      'completed',
    ]);
    expect(done.history.at(-1)?.by).toMatchObject({ kind: 'machine', id: machine.id });
    expect(done.actual?.duration).toMatch(/^PT/);
    expect(done.booking?.state).toBe('completed');
    expect(await bedOf(machine.id)).toBe(false);
    expect(wire.commands).toEqual([]);
  });

  it('is completed by an acknowledgement that comes before the snapshot', async () => {
    const { wire, jobId, start } = await running();
    await wire.acknowledge(start, 'finished');
    await watch.stateIs(jobId, 'completed');
    await wire.run(start, 1, 'idle');
    await watch.settled();
    expect(await watch.story(jobId)).toEqual([
      'queued',
      'staging',
      'ready',
      'running',
      'completed',
    ]);
  });

  it('is paused and resumed at the machine', async () => {
    const { wire, jobId, start } = await running();
    await wire.run(start, 0.2, 'paused');
    await watch.stateIs(jobId, 'paused');
    await wire.run(start, 0.2);
    await watch.stateIs(jobId, 'running');
  });

  it('is paused and resumed by its member, once the machine says so', async () => {
    const { wire, jobId, start } = await running();
    expect((await ask(jobId, 'resume')).status).toBe(409);
    const asked = await ask(jobId, 'pause');
    expect([asked.status, asked.body.state]).toEqual([200, 'running']);
    const pause = await wire.command('pause');
    expect(pause).toMatchObject({ jobId, args: { commandId: start.commandId } });
    await wire.acknowledge(pause, 'finished');
    await wire.run(start, 0.3, 'paused');
    await watch.stateIs(jobId, 'paused');
    await ask(jobId, 'resume');
    await wire.acknowledge(await wire.command('resume'), 'finished');
    await wire.run(start, 0.3);
    const resumed = await watch.stateIs(jobId, 'running');
    expect(resumed.history.at(-1)?.by.kind).toBe('machine');
  });

  it('that waits for its slot is cancelled at once, and its slot given back', async () => {
    const { machine, wire, jobId } = await submitted('remote', 3_600);
    const cancelled = await ask(jobId, 'cancel', { reason: 'plus besoin' });
    expect(cancelled.body).toMatchObject({ state: 'cancelled', reason: 'plus besoin' });
    expect(await bookingState(cancelled.body)).toBe('cancelled');
    await watch.settled();
    expect(wire.commands).toEqual([]);
    expect(await bedOf(machine.id)).toBe(true);
  });

  it('that is staged is cancelled at once, and never started', async () => {
    const { machine, wire, jobId } = await submitted('operator');
    await staged(wire);
    await watch.stateIs(jobId, 'ready');
    const cancelled = await ask(jobId, 'cancel');
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    expect((await ask(jobId, 'start')).status).toBe(409);
    await watch.settled();
    expect(wire.commands).toEqual([]);
    const next = await queuedJob(app, { memberId, machineId: machine.id, opensIn: -1 });
    expect((await wire.command('prepare')).jobId).toBe(next);
  });

  it('that runs is cancelled when the machine confirms, and not before', async () => {
    const { machine, wire, jobId, start } = await running();
    expect((await ask(jobId, 'cancel')).body.state).toBe('cancelling');
    const cancel = await wire.command('cancel');
    expect(cancel).toMatchObject({ jobId, args: { commandId: start.commandId } });
    await wire.acknowledge(cancel, 'accepted');
    await wire.run(start, 0.4);
    await watch.settled();
    await watch.stateIs(jobId, 'cancelling');
    expect((await ask(jobId, 'cancel')).status).toBe(409);
    await wire.acknowledge(cancel, 'finished');
    await wire.run(start, 0.4, 'idle');
    const ended = await watch.stateIs(jobId, 'cancelled');
    expect(ended.booking?.state).toBe('completed');
    expect(await bedOf(machine.id)).toBe(false);
  });

  it('goes on when the machine will not stop, says why, and may be asked to again', async () => {
    const { wire, jobId, start } = await running();
    await ask(jobId, 'cancel');
    await wire.acknowledge(await wire.command('cancel'), 'rejected', 'the spindle is parking');
    const again = await watch.stateIs(jobId, 'running');
    expect(again.history.at(-1)).toMatchObject({ reason: 'the spindle is parking' });
    expect((await ask(jobId, 'cancel')).body.state).toBe('cancelling');
    await wire.acknowledge(await wire.command('cancel'), 'finished');
    await wire.run(start, 0.5, 'idle');
    await watch.stateIs(jobId, 'cancelled');
  });

  it('that finishes while it is being cancelled is completed', async () => {
    const { wire, jobId, start } = await running();
    await ask(jobId, 'cancel');
    await wire.run(start, 1, 'idle');
    await watch.stateIs(jobId, 'completed');
  });

  it('that was stopped at the machine is cancelled, and says so', async () => {
    const { machine, wire, jobId, start } = await running();
    await wire.run(start, 0.3, 'idle');
    const stopped = await watch.stateIs(jobId, 'cancelled');
    expect(stopped.reason).toBe('stopped at the machine');
    expect(stopped.history.at(-1)?.by).toMatchObject({ kind: 'machine', id: machine.id });
  });

  it('fails with the machine’s reason when the machine reports an error', async () => {
    const { machine, wire, jobId, start } = await running();
    const { commandId } = start;
    const error = 'thermal runaway on the nozzle';
    await wire.say({ state: 'error', commandId, jobId, progress: 0.2, error });
    const failed = await watch.stateIs(jobId, 'failed');
    expect(failed).toMatchObject({ reason: error, booking: { state: 'completed' } });
    expect(await bedOf(machine.id)).toBe(false);
  });

  it.each(['rejected', 'failed'] as const)(
    'fails with the machine’s reason when the file is %s',
    async (status) => {
      const { wire, jobId } = await submitted();
      await wire.acknowledge(await wire.command('prepare'), status, 'the disk is full');
      const failed = await watch.stateIs(jobId, 'failed');
      expect(failed.reason).toBe('the disk is full');
      expect(failed.dispatches).toMatchObject([{ state: 'ended', error: 'the disk is full' }]);
      expect(['cancelled', 'completed']).toContain(failed.booking?.state);
    },
  );

  it('fails with the machine’s reason when the start is rejected, and nothing lies on the bed', async () => {
    const { machine, wire, jobId } = await submitted();
    await staged(wire);
    await wire.acknowledge(await wire.command('start'), 'rejected', 'the lid is open');
    const failed = await watch.stateIs(jobId, 'failed');
    expect(failed).toMatchObject({ reason: 'the lid is open', booking: { state: 'cancelled' } });
    expect(await bedOf(machine.id)).toBe(true);
  });

  it('that began while nobody listened leaves a piece on the bed all the same', async () => {
    const { machine, wire, jobId } = await submitted();
    await staged(wire);
    await wire.run(await wire.command('start'), 0.7, 'idle');
    await watch.stateIs(jobId, 'cancelled');
    expect(await bedOf(machine.id)).toBe(false);
  });
});
