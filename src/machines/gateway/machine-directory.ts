import type { Database } from '../../platform/database/database.js';
import type { Driver } from '../drivers/driver.js';
import { findDriver } from '../drivers/registry.js';
import { unseen } from '../live/live-state.rules.js';
import type { Connection, LiveState, ObservedState } from '../live/live-state.rules.js';
import { machinePrefix, topicRoot } from '../topics.js';

export interface KnownMachine {
  readonly id: string;
  readonly lab: string;
  readonly slug: string;
  readonly driver: Driver;
  /** As the driver's own schema gave it; an address or a key may change. */
  config: unknown;
  /** What its topics begin with, without the last slash. */
  readonly prefix: string;
  /** What its driver remembers between messages. */
  state: unknown;
}

interface Row {
  id: string;
  lab: string;
  slug: string;
  driver: string;
  controller: Record<string, unknown>;
  secrets: Record<string, unknown>;
  connection: Connection | null;
  state: ObservedState | null;
  commandId: string | null;
  progress: number | null;
  error: string | null;
  since: Date | null;
  lastSeenAt: Date | null;
}

export interface Turnover {
  /** With what is known of them so far. */
  readonly added: readonly { machine: KnownMachine; live: LiveState; anew: boolean }[];
  /** Retired, or now under another controller. */
  readonly removed: readonly KnownMachine[];
}

interface Entry {
  readonly machine: KnownMachine;
  /** Driver and configuration as text: another one is another controller. */
  readonly controller: string;
}

/** The machines by their topic prefix, with what was last recorded of each. */
export class MachineDirectory {
  private entries = new Map<string, Entry>();
  private readonly byPrefix = new Map<string, KnownMachine>();

  /** @param unusable told of a machine whose configuration its driver does not take */
  constructor(
    private readonly database: Database,
    private readonly unusable: (machineId: string, reason: string) => void,
  ) {}

  *all(): Iterable<KnownMachine> {
    for (const { machine } of this.entries.values()) yield machine;
  }

  get(id: string): KnownMachine | undefined {
    return this.entries.get(id)?.machine;
  }

  /** Whose topic it is, and what follows the machine's prefix. */
  at(topic: string): { machine: KnownMachine; name: string } | null {
    const levels = topic.split('/');
    const depth = topic.startsWith(`${topicRoot}/`) ? 4 : 1;
    const machine = this.byPrefix.get(levels.slice(0, depth).join('/'));
    return machine ? { machine, name: levels.slice(depth).join('/') } : null;
  }

  /** Loads the catalogue and gives what is different since. */
  async load(now: number): Promise<Turnover> {
    const rows = await this.database.rows<Row>(
      `SELECT m.id, l.slug AS lab, m.slug, m.driver, m.controller, m.controller_secrets AS secrets,
              o.connection, o.state, o.command_id AS "commandId", o.progress, o.error, o.since,
              o.last_seen_at AS "lastSeenAt"
         FROM machines m JOIN labs l ON l.id = m.lab_id
         LEFT JOIN machine_observations o ON o.machine_id = m.id
        WHERE m.retired_at IS NULL`,
    );
    const before = this.entries;
    const after = new Map<string, Entry>();
    const added: Turnover['added'][number][] = [];
    for (const row of rows) {
      const controller = JSON.stringify([row.driver, row.controller, row.secrets]);
      const known = before.get(row.id);
      if (known?.controller === controller) {
        after.set(row.id, known);
        continue;
      }
      const machine = this.machineOf(row);
      if (!machine) continue;
      if (known && sameController(known.machine, machine)) {
        known.machine.config = machine.config;
        after.set(row.id, { machine: known.machine, controller });
        continue;
      }
      after.set(row.id, { machine, controller });
      // What another controller said of it holds no longer.
      const live = known ? unseen(now) : recordedLive(row, now);
      added.push({ machine, live, anew: known !== undefined });
    }
    const removed = [...before.entries()].flatMap(([id, entry]) =>
      after.get(id)?.machine === entry.machine ? [] : [entry.machine],
    );
    this.entries = after;
    for (const { prefix } of removed) this.byPrefix.delete(prefix);
    for (const { machine } of added) this.byPrefix.set(machine.prefix, machine);
    return { added, removed };
  }

  private machineOf(row: Row): KnownMachine | null {
    const { id, lab, slug } = row;
    const driver = findDriver(row.driver);
    const config = driver?.config.safeParse({ ...row.controller, ...row.secrets });
    if (!driver || !config?.success) {
      // Fields only: a configuration may hold secrets.
      const fields = config?.error?.issues.map(({ path }) => path.join('.')).join(', ');
      this.unusable(id, driver ? `its controller's ${fields ?? ''}` : `no driver ${row.driver}`);
      return null;
    }
    const prefix = driver.prefixOf(config.data) ?? machinePrefix(lab, slug);
    return { id, lab, slug, driver, config: config.data, prefix, state: driver.initial };
  }
}

/** Reached otherwise, perhaps: what it said holds all the same. */
function sameController(before: KnownMachine, after: KnownMachine): boolean {
  return before.driver === after.driver && before.prefix === after.prefix;
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
