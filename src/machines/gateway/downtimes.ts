import type { Database } from '../../platform/database/database.js';

/** Which machines are out of use by our calendar, whatever they say themselves. */
export class Downtimes {
  private down = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  has(machineId: string): boolean {
    return this.down.has(machineId);
  }

  /** Gives the machines whose downtime has begun or ended since the last look. */
  load(): Promise<Set<string>> {
    // One look at a time: an older answer must not come in after a newer one.
    const look = this.last.then(() => this.look());
    this.last = look.catch(() => undefined);
    return look;
  }

  private async look(): Promise<Set<string>> {
    const rows = await this.database.rows<{ id: string }>(
      'SELECT id FROM machines WHERE downtime_id IS NOT NULL AND retired_at IS NULL',
    );
    const down = new Set(rows.map(({ id }) => id));
    const changed = [...down, ...this.down].filter((id) => down.has(id) !== this.down.has(id));
    this.down = down;
    return new Set(changed);
  }
}
