import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { familyNames, findDriver } from './drivers/registry.js';

/** A machine's controller as its row keeps it: what may be read apart from what may not. */
export interface ControllerSettings {
  readonly driver: string;
  readonly controller: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly topicPrefix: string | null;
}

export const nativeController: ControllerSettings = {
  driver: 'native',
  controller: {},
  secrets: {},
  topicPrefix: null,
};

/**
 * What was given, as its family's schema takes it. Secrets that are left out stay as they were
 * with the same family; null takes one away.
 * @throws controller.invalid
 */
export function controllerSettings(
  given: Readonly<Record<string, unknown>>,
  before: Pick<ControllerSettings, 'driver' | 'secrets'> | null,
): ControllerSettings {
  const { driver: family, ...said } = given;
  const driver = typeof family === 'string' ? findDriver(family) : undefined;
  if (!driver) {
    throw new DomainError('controller.invalid', {}, [
      {
        code: 'controller.driver',
        path: 'controller.driver',
        facts: { known: familyNames.join(', ') },
      },
    ]);
  }
  const kept = before?.driver === driver.family ? before.secrets : {};
  const all = Object.entries({ ...kept, ...said }).filter(
    ([name, value]) => !(value === null && driver.secrets.includes(name)),
  );
  const parsed = driver.config.safeParse(Object.fromEntries(all));
  if (!parsed.success) {
    throw new DomainError(
      'controller.invalid',
      {},
      parsed.error.issues.map((issue) => {
        const names = issue.code === 'unrecognized_keys' ? issue.keys : issue.path;
        return { code: 'controller.field', path: ['controller', ...names].join('.') };
      }),
    );
  }
  const config = Object.entries(parsed.data as Record<string, unknown>);
  const isSecret = ([name]: readonly [string, unknown]) => driver.secrets.includes(name);
  return {
    driver: driver.family,
    controller: Object.fromEntries(config.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(config.filter(isSecret)),
    topicPrefix: driver.prefixOf(parsed.data),
  };
}

/** Its topics lead to one machine alone. @throws controller.prefix_taken */
export async function requireFreePrefix(
  sql: Sql,
  { topicPrefix }: ControllerSettings,
  machineId: string | null,
): Promise<void> {
  if (topicPrefix === null) return;
  // Two at once take turns; the index has the last word.
  await sql.run(`SELECT pg_advisory_xact_lock(hashtext($1))`, [`topic prefix ${topicPrefix}`]);
  const taken = await sql.row(
    `SELECT 1 FROM machines
      WHERE topic_prefix = $1 AND retired_at IS NULL AND id IS DISTINCT FROM $2`,
    [topicPrefix, machineId],
  );
  if (taken) throw new DomainError('controller.prefix_taken', { prefix: topicPrefix });
}

/** What is under way was said to the controller before. @throws controller.busy */
export async function requireNoneUnderWay(sql: Sql, machineId: string): Promise<void> {
  const busy = await sql.row(
    `SELECT 1 FROM commands
      WHERE machine_id = $1 AND type IN ('prepare', 'start') AND settled_at IS NULL
        AND state IN ('pending', 'sent', 'accepted')`,
    [machineId],
  );
  if (busy) throw new DomainError('controller.busy');
}
