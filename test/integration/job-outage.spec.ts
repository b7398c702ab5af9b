import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch, begun, staged } from '../support/job-watch.js';
import { queuedJob } from '../builders/job.js';
import { another, onlineMachines } from '../builders/online-machine.js';
import type { OnlineMachine } from '../builders/online-machine.js';

describe('while the broker cannot be reached', () => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let member: Client;
  let machines: OnlineMachine[];
  let operated: OnlineMachine[];

  beforeAll(async () => {
    app = await startApp({ cuttable: 'broker' });
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    machines = await onlineMachines(app, 3);
    operated = await onlineMachines(app, 2, { startPolicy: 'operator' });
  });
  afterAll(async () => {
    await watch.expectStartsOnce();
    await app.stop();
  });

  const jobOn = ({ machine }: OnlineMachine) => queuedJob(app, { memberId, machineId: machine.id });
  /** What is said to the gateway is heard again, and what it says is heard by all. */
  const heardAgain = async ({ machine, wire }: OnlineMachine) => {
    await eventually(async () => {
      await wire.say({ state: 'attention' });
      const { text = '' } = watch.observer.on(`/${machine.slug}/live`).at(-1) ?? {};
      expect(text).toContain('"state":"attention"');
    });
  };

  it('a start that could not leave in time never does, and the job may try again', async () => {
    const place = another(operated);
    const jobId = await jobOn(place);
    await staged(place.wire);
    await watch.stateIs(jobId, 'ready');
    await app.line.cut();
    await member.post(`/jobs/${jobId}/start`);
    await eventually(async () => {
      const late = await app.database.run(
        `UPDATE commands SET expires_at = now()
          WHERE job_id = $1 AND type = 'start' AND state = 'pending'`,
        [jobId],
      );
      expect(late).toBe(1);
    });
    await eventually(async () =>
      expect((await watch.story(jobId)).slice(2, 4)).toEqual(['ready', 'queued']),
    );
    await app.line.mend();
    const again = await staged(place.wire);
    expect(again.jobId).toBe(jobId);
    await watch.stateIs(jobId, 'ready');
    expect(watch.observer.commands('start').map((sent) => sent.jobId)).not.toContain(jobId);
  });

  it('a start that is cancelled before it left never does', async () => {
    const place = another(operated);
    const jobId = await jobOn(place);
    await staged(place.wire);
    await watch.stateIs(jobId, 'ready');
    await app.line.cut();
    await member.post(`/jobs/${jobId}/start`);
    await eventually(async () => expect(await watch.commandState(jobId, 'start')).toBe('pending'));
    await member.post(`/jobs/${jobId}/cancel`);
    await watch.stateIs(jobId, 'cancelled');
    expect(await watch.commandState(jobId, 'start')).toBe('expired');
    await app.line.mend();
    await heardAgain(place);
    expect(place.wire.commands).toEqual([]);
  });

  it('a file whose slot was given up before it left is not sent', async () => {
    const place = another(machines);
    await app.line.cut();
    const jobId = await jobOn(place);
    const { bookingId } = await watch.stateIs(jobId, 'staging');
    await member.post(`/bookings/${bookingId}/cancel`);
    await watch.stateIs(jobId, 'queued');
    expect(await watch.commandState(jobId, 'prepare')).toBe('expired');
    await app.line.mend();
    await heardAgain(place);
    expect(place.wire.commands).toEqual([]);
  });

  it('what was asked of a machine meanwhile reaches it in the order it was asked', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    await begun(place.wire);
    await watch.stateIs(jobId, 'running');
    await app.line.cut();
    for (let round = 0; round < 10; round += 1) await member.post(`/jobs/${jobId}/pause`);
    // PostgreSQL keeps no order: rows that are written again come last.
    await app.database.run(
      `UPDATE commands SET issued_at = issued_at + interval '1 microsecond'
        WHERE state = 'pending' AND issued_at <
        (SELECT max(issued_at) FROM commands WHERE state = 'pending')`,
    );
    await app.line.mend();
    await eventually(() => expect(place.wire.commands).toHaveLength(10));
    const ids = place.wire.commands.map(({ commandId }) => commandId);
    expect(ids).toEqual([...ids].sort());
  });

  it('a start that was on its way when the broker was lost is not said again', async () => {
    const place = another(machines);
    const jobId = await jobOn(place);
    const prepare = await place.wire.command('prepare');
    await place.wire.acknowledge(prepare, 'accepted');
    await eventually(async () => expect((await watch.job(jobId)).state).toBe('staging'));
    app.line.hold();
    await place.wire.acknowledge(prepare, 'finished');
    await eventually(async () => expect(await watch.commandState(jobId, 'start')).toBe('sent'));
    await app.line.cut();
    await app.line.mend();
    await heardAgain(place);
    expect(watch.observer.commands('start').map((sent) => sent.jobId)).not.toContain(jobId);
    await watch.timeOut(jobId, 'start');
    await watch.stateIs(jobId, 'unknown');
  });
});
