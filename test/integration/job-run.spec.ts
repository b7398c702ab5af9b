import type { JobDto } from '../../src/jobs/jobs.dto.js';
import type { Client } from '../support/client.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { queuedJob } from '../builders/job.js';
import { WireMachine } from '../support/wire-machine.js';

describe('a job on its machine', () => {
  let app: TestApp;
  let member: Client;
  let memberId: string;

  beforeAll(async () => {
    app = await startApp();
    memberId = await app.lab.member();
    member = await app.as(memberId);
  });
  afterAll(() => app.stop());

  const online = async () => {
    const machine = await app.lab.machine();
    await app.broker.refresh();
    const wire = await WireMachine.online({
      url: app.broker.machineUrl,
      lab: app.lab.slug,
      ...machine,
    });
    return { machine, wire };
  };
  const stateIs = (jobId: string, state: string) =>
    eventually(async () => {
      const { body } = await member.get<JobDto>(`/jobs/${jobId}`);
      expect(body.state).toBe(state);
      return body;
    });

  it('is staged, started once and completed by the machine’s own word', async () => {
    const { machine, wire } = await online();
    const jobId = await queuedJob(app, { memberId, machineId: machine.id });
    const prepare = await wire.command('prepare');
    expect(prepare.jobId).toBe(jobId);
    const file = await fetch(prepare.args.url ?? '');
    expect(file.status).toBe(200);
    await wire.acknowledge(prepare, 'accepted');
    await wire.acknowledge(prepare, 'finished');
    const start = await wire.command('start');
    await wire.acknowledge(start, 'accepted');
    await wire.run(start, 0);
    await stateIs(jobId, 'running');
    await wire.run(start, 1, 'idle');
    const done = await stateIs(jobId, 'completed');
    expect(done.history.map(({ state }) => state)).toEqual([
      'queued',
      'staging',
      'ready',
      'running',
      'completed',
    ]);
    expect(done.actual?.duration).toMatch(/^PT/);
    expect(wire.commands).toEqual([]);
    await wire.close();
  });
});
