import { runOutcome } from '../../../src/jobs/dispatch.rules.js';
import type { RunOutcome } from '../../../src/jobs/dispatch.rules.js';
import type {
  CommandAnswer,
  Decoded,
  Driver,
  StartedRun,
} from '../../../src/machines/drivers/driver.js';
import { applyReport, freshness, unseen } from '../../../src/machines/live/live-state.rules.js';
import type { LiveState } from '../../../src/machines/live/live-state.rules.js';
import type { Step } from './family.js';

/**
 * Plays messages to a driver and lets our own rules make of its reports what they make in the
 * program: the state of the machine, and what becomes of a run.
 */
export class Player {
  state: unknown;
  live: LiveState;
  readonly answers: (CommandAnswer & { commandId: string })[] = [];
  /** Each outcome once, in order. */
  readonly story: RunOutcome['is'][] = [];
  cancelAsked = false;
  private now = Date.parse('2026-11-23T08:00:00Z');
  private run: StartedRun | null = null;
  private outcomeNow: RunOutcome = { is: 'waiting' };

  constructor(private readonly driver: Driver) {
    this.state = driver.initial;
    this.live = unseen(this.now);
  }

  /** The start of that run is sent. */
  start(run: StartedRun): void {
    this.run = run;
    this.expect(run);
  }

  /** Nobody waits for it any more. */
  letGo(): void {
    this.run = null;
    this.expect(null);
  }

  play(...scenes: readonly (readonly Step[])[]): this {
    for (const step of scenes.flat()) this.step(step);
    return this;
  }

  /** Our process is started anew: all that is not written down is forgotten. */
  restartGateway(): void {
    this.state = this.driver.initial;
    const { connection, state, commandId, progress, error, since, lastSeenAt } = this.live;
    const written = { connection, state, commandId, progress, error, since, lastSeenAt };
    this.live = { ...unseen(this.now), ...written };
    this.expect(this.run);
  }

  silence(ms: number): void {
    this.now += ms;
    this.live = freshness(this.live, this.now, this.driver.patience);
  }

  get outcome(): RunOutcome {
    return this.outcomeNow;
  }

  /** What of the machine a message that means nothing must not change. */
  get facts(): object {
    const { since: _, lastSeenAt: __, connection: ___, ...facts } = this.live;
    return facts;
  }

  private step(step: Step): void {
    this.now += 100;
    if ('answer' in step) {
      const { http } = this.driver;
      if (!http) throw new Error('this family does not answer by HTTP');
      this.take(http.heard(step.answer, this.state), false);
      return;
    }
    const { say, as, retained = false } = step;
    this.take(this.driver.decode(say, Buffer.from(as), this.state), retained);
  }

  private expect(run: StartedRun | null): void {
    this.take(this.driver.expect(run, this.state), true);
  }

  private take({ reports, next }: Decoded<unknown>, retained: boolean): void {
    this.state = next;
    for (const report of reports) {
      if (report.kind === 'ack' && !retained) this.answers.push(report);
      this.live = applyReport(this.live, report, this.now, retained);
    }
    this.judge();
  }

  private judge(): void {
    const { run, live } = this;
    if (!run || ['completed', 'failed', 'cancelled'].includes(this.outcomeNow.is)) return;
    const { connection, state, commandId, progress, error } = live;
    this.outcomeNow = runOutcome({
      startId: run.commandId,
      start: 'accepted',
      startError: null,
      startOverdue: false,
      begun: this.story.includes('running') || this.story.includes('paused'),
      cancelAsked: this.cancelAsked,
      observed: { connection, state, commandId, progress, error },
    });
    if (this.story.at(-1) !== this.outcomeNow.is) this.story.push(this.outcomeNow.is);
  }
}
