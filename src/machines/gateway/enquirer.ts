import type { Log } from '../../platform/logging/log.js';
import type { Deed, HttpAnswer } from '../drivers/driver.js';
import { whyItFailed } from './controller-wire.js';
import type { ControllerWire } from './controller-wire.js';
import type { KnownMachine } from './machine-directory.js';

const tickMs = 500;

/**
 * Asks machines that do not tell all by themselves, each as often as its family wants to be
 * asked. A machine that does not answer is not asked again before it did or the time is up.
 */
export class Enquirer {
  private readonly dueAt = new Map<string, number>();
  private readonly asking = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly wire: ControllerWire,
    private readonly machines: () => Iterable<KnownMachine>,
    private readonly heard: (machine: KnownMachine, answer: HttpAnswer) => void,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking.values());
  }

  /** Contact has begun anew: what was said meanwhile is not known. */
  askAllSoon(): void {
    this.dueAt.clear();
  }

  askSoon({ id }: KnownMachine): void {
    this.dueAt.delete(id);
  }

  private tick(): void {
    const now = performance.now();
    for (const machine of this.machines()) {
      const { id, driver } = machine;
      if (!driver.enquiry || this.asking.has(id) || now < (this.dueAt.get(id) ?? 0)) continue;
      this.dueAt.set(id, now + driver.enquiry.everyMs);
      const asking = this.ask(machine, driver.enquiry.of(machine.config))
        // Silence says enough: the machine will be seen as stale.
        .catch((error: unknown) =>
          this.log.debug({ machine: machine.slug, reason: whyItFailed(error) }, 'not answered'),
        )
        .finally(() => this.asking.delete(id));
      this.asking.set(id, asking);
    }
  }

  private async ask(machine: KnownMachine, deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) {
      if (deed.via === 'http') this.heard(machine, await this.wire.ask(deed));
      else if (this.wire.connected) await this.wire.publish(machine, deed);
    }
  }
}
