import type { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import type { StartedRun } from '../drivers/driver.js';
import { openStarts } from './open-starts.js';

const lookEveryMs = 5_000;
/** Changes of jobs come in bursts: one look serves them all. */
const settleMs = 100;

/**
 * Keeps drivers informed which run their machine was told to begin, so that a machine that
 * speaks of files and not of commands is understood: at once for a start sent here, by a look at
 * the commands for one that another process sent or that is over.
 */
export class RunExpectations {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  /** Rises with each start sent here: a look that began before it knows less. */
  private count = 0;
  private readonly sentAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly tell: (machineId: string, run: StartedRun | null) => void,
    private readonly machineIds: () => Iterable<string>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.plan(lookEveryMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  lookSoon(): void {
    if (!this.stopped) this.plan(settleMs);
  }

  /** A start that is about to be sent. */
  started(machineId: string, run: StartedRun): void {
    this.count += 1;
    this.sentAt.set(machineId, this.count);
    this.tell(machineId, run);
  }

  look(): Promise<void> {
    this.looking = this.looking.then(() => this.lookNow());
    return this.looking;
  }

  private plan(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.look().then(() => {
        if (!this.stopped) this.plan(lookEveryMs);
      });
    }, ms);
  }

  private async lookNow(): Promise<void> {
    if (this.stopped) return;
    const began = this.count;
    try {
      const starts = await openStarts(this.database);
      for (const id of this.machineIds()) {
        if ((this.sentAt.get(id) ?? 0) > began) continue;
        this.tell(id, starts.get(id) ?? null);
      }
    } catch (error) {
      this.log.warn({ err: error }, 'open starts not read, will try again');
    }
  }
}
