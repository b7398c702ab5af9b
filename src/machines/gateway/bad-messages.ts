import type { Log } from '../../platform/logging/log.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { Undecodable } from '../drivers/driver.js';
import type { KnownMachine } from './machine-directory.js';

const warnAgainMs = 60_000;

/** Counts what nobody can use, and says so once a minute for each machine. */
export class BadMessages {
  private readonly warnedAt = new Map<string, number>();

  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  malformed(machine: KnownMachine, { message }: Undecodable): void {
    this.metrics.mqttMessages.labels('malformed').inc();
    this.warnNowAndThen(machine.id, 'malformed message from a machine', {
      machine: machine.slug,
      reason: message,
    });
  }

  foreign(topic: string): void {
    this.metrics.mqttMessages.labels('foreign').inc();
    // One line for all of them: names may be made up without end.
    this.warnNowAndThen('foreign', 'message under the name of no machine', {
      topic: topic.slice(0, 200),
    });
  }

  unusable(machineId: string, reason: string): void {
    this.warnNowAndThen(`unusable ${machineId}`, 'a machine cannot be driven', {
      machineId,
      reason,
    });
  }

  private warnNowAndThen(about: string, text: string, facts: object): void {
    const now = performance.now();
    if (now - (this.warnedAt.get(about) ?? -Infinity) < warnAgainMs) return;
    this.warnedAt.set(about, now);
    this.log.warn(facts, text);
  }
}
