import type { JobDto } from '../../src/jobs/jobs.dto.js';
import type { JobState } from '../../src/jobs/job.states.js';
import type { TestApp } from './app.js';
import type { Client } from './client.js';
import { eventually } from './eventually.js';
import { bringForward } from '../builders/slots.js';
import { Observer } from './observer.js';
import type { WireCommand, WireMachine } from './wire-machine.js';

/** Looks at jobs as staff do, and at what was really said to the machines. */
export class JobWatch {
  private constructor(
    private readonly app: TestApp,
    private readonly manager: Client,
    readonly observer: Observer,
  ) {}

  static async of(app: TestApp): Promise<JobWatch> {
    const manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
    return new JobWatch(app, manager, await Observer.of(app));
  }

  async job(id: string): Promise<JobDto> {
    return (await this.manager.get<JobDto>(`/jobs/${id}`)).body;
  }

  stateIs(id: string, state: JobState): Promise<JobDto> {
    return eventually(async () => {
      const job = await this.job(id);
      expect(job.state).toBe(state);
      return job;
    });
  }

  /** Every state the job was in, in order. */
  async story(id: string): Promise<JobState[]> {
    return (await this.job(id)).history.map(({ state }) => state);
  }

  /** Once nothing is under way any more. */
  async settled(): Promise<void> {
    await eventually(async () => {
      const due = await this.app.database.row<{ count: number }>(
        'SELECT count(*)::int AS count FROM outbox WHERE available_at <= now()',
      );
      expect(due?.count).toBe(0);
    });
  }

  async commandState(jobId: string, type: string): Promise<string | undefined> {
    const command = await this.app.database.row<{ state: string }>(
      'SELECT state FROM commands WHERE job_id = $1 AND type = $2',
      [jobId, type],
    );
    return command?.state;
  }

  /** Lets the time of a job's commands run out, with every grace, and the job look at it. */
  async timeOut(jobId: string, type: string): Promise<void> {
    await this.app.database.run(
      `UPDATE commands SET expires_at = now() - interval '16 seconds'
        WHERE job_id = $1 AND type = $2`,
      [jobId, type],
    );
    await bringForward(this.app.database, `job:${jobId}`);
  }

  /** A start is a physical act: one row for a dispatch, and published at most once. */
  async expectStartsOnce(): Promise<void> {
    const rows = await this.app.database.rows<{ id: string; dispatchId: string; sent: boolean }>(
      `SELECT id, dispatch_id AS "dispatchId", sent_at IS NOT NULL AS sent
         FROM commands WHERE type = 'start'`,
    );
    expect(new Set(rows.map(({ dispatchId }) => dispatchId)).size).toBe(rows.length);
    const published = this.observer.commands('start').map(({ commandId }) => commandId);
    expect(new Set(published).size).toBe(published.length);
    const sent = rows.filter((row) => row.sent).map(({ id }) => id);
    expect(sent).toEqual(expect.arrayContaining(published));
  }
}

/** The machine takes the file. */
export async function staged(wire: WireMachine): Promise<WireCommand> {
  const prepare = await wire.command('prepare');
  await wire.acknowledge(prepare, 'accepted');
  await wire.acknowledge(prepare, 'finished');
  return prepare;
}

/** The machine takes the file and begins to run it. */
export async function begun(wire: WireMachine, progress = 0): Promise<WireCommand> {
  await staged(wire);
  const start = await wire.command('start');
  await wire.acknowledge(start, 'accepted');
  await wire.run(start, progress);
  return start;
}
