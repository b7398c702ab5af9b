import type { Database } from '../../platform/database/database.js';
import type { Driver } from '../drivers/driver.js';
import { drivers } from '../drivers/registry.js';
import { unseen } from '../live/live-state.rules.js';
import type { Connection, LiveState, ObservedState } from '../live/live-state.rules.js';

export interface KnownMachine {
  readonly id: string;
  readonly lab: string;
  readonly slug: string;
  readonly driver: Driver;
}

interface Row {
  id: string;
  lab: string;
  slug: string;
  driver: string;
  connection: Connection | null;
  state: ObservedState | null;
  commandId: string | null;
  progress: number | null;
  error: string | null;
  since: Date | null;
  lastSeenAt: Date | null;
}

/** The machines by their topic prefix, with what was last recorded of each. */
export class MachineDirectory {
  private readonly machines = new Map<string, KnownMachine>();

  constructor(private readonly database: Database) {}

  get all(): Iterable<KnownMachine> {
    return this.machines.values();
  }

  find(lab: string, slug: string): KnownMachine | undefined {
    return this.machines.get(`${lab}/${slug}`);
  }

  /** Loads the catalogue; gives the machines that are new with their last recorded state. */
  async load(now: number): Promise<{ machine: KnownMachine; live: LiveState }[]> {
    const rows = await this.database.rows<Row>(
      `SELECT m.id, l.slug AS lab, m.slug, m.driver, o.connection, o.state,
              o.command_id AS "commandId", o.progress, o.error, o.since, o.last_seen_at AS "lastSeenAt"
         FROM machines m JOIN labs l ON l.id = m.lab_id
         LEFT JOIN machine_observations o ON o.machine_id = m.id
        WHERE m.retired_at IS NULL`,
    );
    return rows.flatMap((row) => {
      const key = `${row.lab}/${row.slug}`;
      const driver = drivers[row.driver];
      if (!driver || this.machines.has(key)) return [];
      const machine = { id: row.id, lab: row.lab, slug: row.slug, driver };
      this.machines.set(key, machine);
      return [{ machine, live: recordedLive(row, now) }];
    });
  }
}

function recordedLive(row: Row, now: number): LiveState {
  const fresh = unseen(now);
  if (row.connection === null || row.state === null) return fresh;
  return {
    ...fresh,
    connection: row.connection,
    state: row.state,
    commandId: row.commandId,
    progress: row.progress,
    error: row.error,
    since: row.since?.getTime() ?? now,
    lastSeenAt: row.lastSeenAt?.getTime() ?? null,
  };
}
