import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun, staged } from '../support/job-watch.js';
import type { WireCommand, WireMachine } from '../support/wire-machine.js';
import { queuedJob } from '../builders/job.js';
import { another, controllerOf, onlineMachines } from '../builders/online-machine.js';
import type { OnlineMachine } from '../builders/online-machine.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';

describe('when contact with a machine is bad', () => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let member: Client;
  let manager: Client;
  let machines: OnlineMachine[];
  let operated: OnlineMachine[];

  beforeAll(async () => {
    app = await startApp();
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    manager = await app.as(await app.lab.member('lab_manager'));
    machines = await onlineMachines(app, 11);
    operated = await onlineMachines(app, 1, { startPolicy: 'operator' });
  });
  afterAll(async () => {
    await watch.expectStartsOnce();
    await app.stop();
  });

  const jobOn = ({ machine }: OnlineMachine) => queuedJob(app, { memberId, machineId: machine.id });
  const historyRows = async (jobId: string) =>
    (
      await app.database.row<{ count: number }>(
        'SELECT count(*)::int AS count FROM job_history WHERE job_id = $1',
        [jobId],
      )
    )?.count;
  /** A job whose start was sent and never answered. */
  const unanswered = async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    await staged(place.wire);
    const start = await place.wire.command('start');
    await watch.timeOut(jobId, 'start');
    const unknown = await watch.stateIs(jobId, 'unknown');
    expect(unknown.reason).toBe('the machine did not answer the start');
    return { ...place, jobId, start };
  };
  const bedOf = async ({ id }: { id: string }) =>
    (await member.get<MachineDto>(`/machines/${id}`)).body.bedClear;

  it('a start without an answer is unknown, never repeated, until the machine’s own report', async () => {
    const { wire, jobId, start } = await unanswered();
    expect((await member.post(`/jobs/${jobId}/cancel`)).status).toBe(409);
    await wire.run(start, 0.5);
    await watch.stateIs(jobId, 'running');
    await wire.run(start, 1, 'idle');
    await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual([
      'queued',
      'staging',
      'ready',
      'unknown',
      'running',
      'completed',
    ]);
  });

  it.each(['completed', 'failed'] as const)(
    'a manager who looked settles it as %s, and the bed counts as taken',
    async (outcome) => {
      const { machine, jobId } = await unanswered();
      expect((await member.post(`/jobs/${jobId}/resolve`, { outcome })).status).toBe(403);
      expect((await manager.post(`/jobs/${jobId}/resolve`, { outcome })).status).toBe(200);
      const settled = await watch.stateIs(jobId, outcome);
      expect(settled.history.at(-1)?.by.kind).toBe('member');
      expect(settled.booking?.state).toBe('completed');
      expect(await bedOf(machine)).toBe(false);
      expect((await manager.post(`/jobs/${jobId}/resolve`, { outcome })).status).toBe(409);
    },
  );

  it('a manager who saw it run lets it run on to its end', async () => {
    const { machine, wire, jobId, start } = await unanswered();
    await manager.post(`/jobs/${jobId}/resolve`, { outcome: 'running' });
    const going = await watch.stateIs(jobId, 'running');
    expect(going.booking?.state).toBe('checked_in');
    expect(await bedOf(machine)).toBe(false);
    await wire.run(start, 1, 'idle');
    await watch.stateIs(jobId, 'completed');
  });

  it('a run that the machine no longer knows of is unknown', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    await begun(place.wire);
    await watch.stateIs(jobId, 'running');
    await place.wire.say({ state: 'idle' });
    const unknown = await watch.stateIs(jobId, 'unknown');
    expect(unknown.reason).toBe('the machine no longer knows of this run');
  });

  it('a cancel without an answer gives the run back to its member', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    await begun(place.wire, 0.2);
    await watch.stateIs(jobId, 'running');
    await member.post(`/jobs/${jobId}/cancel`);
    await place.wire.command('cancel');
    await watch.timeOut(jobId, 'cancel');
    await watch.stateIs(jobId, 'running');
  });

  it('a run goes on through a restart of its controller', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    const start = await begun(place.wire, 0.3);
    await watch.stateIs(jobId, 'running');
    await place.wire.cut();
    const again = await controllerOf(app, place.machine, {
      state: 'running',
      ...of(start),
      progress: 0.3,
    });
    await again.run(start, 1, 'idle');
    await watch.stateIs(jobId, 'completed');
    expect(await historyRows(jobId)).toBe(5);
  });

  it('a thousand copies, and snapshots out of order, move a job once', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    const start = await begun(place.wire, 0.1);
    await watch.stateIs(jobId, 'running');
    const copies = (
      wire: WireMachine,
      seq: number,
      state: 'running' | 'paused',
      progress: number,
    ) =>
      Promise.all(
        Array.from({ length: 500 }, () => wire.say({ seq, state, ...of(start), progress })),
      );
    await copies(place.wire, 100, 'running', 0.8);
    await copies(place.wire, 50, 'paused', 0.4);
    await Promise.all(Array.from({ length: 20 }, () => place.wire.acknowledge(start, 'accepted')));
    await place.wire.say({ seq: 101, state: 'idle', ...of(start), progress: 1 });
    await copies(place.wire, 101, 'running', 0.9);
    await watch.stateIs(jobId, 'completed');
    await watch.settled();
    expect(await watch.story(jobId)).toEqual([
      'queued',
      'staging',
      'ready',
      'running',
      'completed',
    ]);
    expect(await historyRows(jobId)).toBe(5);
  });

  it('the end of an older run does not end this one', async () => {
    const place = another(operated);
    const jobId = await jobOn(place);
    const old = { commandId: '01920000-0000-7000-8000-000000000000', jobId: null };
    await place.wire.say({ state: 'idle', ...old, progress: 1 });
    await staged(place.wire);
    await watch.stateIs(jobId, 'ready');
    await member.post(`/jobs/${jobId}/start`);
    const start = await place.wire.command('start');
    await place.wire.say({ state: 'idle', ...old, progress: 1 });
    await place.wire.publish('ack', { commandId: old.commandId, status: 'finished' }, false);
    await place.wire.acknowledge(start, 'accepted');
    await watch.settled();
    await watch.stateIs(jobId, 'ready');
    await place.wire.run(start, 0.2);
    await watch.stateIs(jobId, 'running');
  });

  it('another machine’s acknowledgement counts for nothing', async () => {
    const [place, stranger] = [another(machines), another(machines)];
    const jobId = await jobOn(place);
    const prepare = await place.wire.command('prepare');
    await stranger.wire.acknowledge(prepare, 'finished');
    await stranger.wire.publish('ack', { commandId: 'no-uuid', status: 'finished' }, false);
    await stranger.wire.say({ state: 'attention' });
    await eventually(async () => {
      const { body } = await member.get<MachineDto>(`/machines/${stranger.machine.id}`);
      expect(body.live.state).toBe('attention');
    });
    await watch.settled();
    await watch.stateIs(jobId, 'staging');
  });

  const of = ({ commandId, jobId }: WireCommand) => ({ commandId, jobId });
});
