import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { LOG } from '../platform/tokens.js';

const everyMs = 3_600_000;

/**
 * What nobody asks for any more goes, hour by hour. Several copies may do it at once: each
 * statement takes away what is over, whoever is first.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const tidy = () => {
      this.running = this.tidy().catch((error: unknown) =>
        this.log.warn({ err: error }, 'housekeeping failed, will try again'),
      );
    };
    tidy();
    this.timer = setInterval(tidy, everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Rows taken away, by table. */
  async tidy(): Promise<Record<string, number>> {
    const gone: Record<string, number> = {};
    for (const [table, isOver] of Object.entries(over)) {
      gone[table] = await this.database.run(`DELETE FROM ${table} WHERE ${isOver}`);
    }
    return gone;
  }
}

/** Each a little later than whoever reads the row stops doing so. */
const over = {
  sign_ins: `expires_at < now()`,
  sign_in_failures: `at < now() - interval '1 day'`,
  idempotency_keys: `created_at < now() - interval '25 hours'`,
};
