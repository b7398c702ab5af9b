import type { Log } from './platform/logging/log.js';

type Step = () => Promise<void>;

const timeoutMs = 9_500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Stops what was started in the reverse order, once, within ten seconds; also in mid-start. */
export class Shutdown {
  private readonly steps: Step[] = [];
  private begun = false;

  constructor(private readonly log: Log) {
    for (const signal of signals) process.on(signal, () => void this.begin(signal));
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  /** What came up while we were already stopping goes down at once. */
  async add(step: Step): Promise<void> {
    if (this.begun) await this.take(step);
    else this.steps.push(step);
  }

  private async begin(signal: string): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    this.log.info({ signal }, 'stopping');
    setTimeout(() => {
      this.log.error('stopping took too long');
      process.exit(1);
    }, timeoutMs).unref();
    for (const step of this.steps.reverse()) await this.take(step);
    this.log.info('stopped');
    process.exit(0);
  }

  private async take(step: Step): Promise<void> {
    await step().catch((error: unknown) =>
      this.log.error({ err: error }, 'a step of stopping failed'),
    );
  }
}
