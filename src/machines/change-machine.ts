import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { audit } from '../platform/audit/audit.js';
import type { Database, Sql } from '../platform/database/database.js';
import { requireVersion } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { announce } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { trainingFor } from './add-machine.js';
import type { MachineChangesDto } from './catalogue-changes.dto.js';
import {
  controllerSettings,
  requireFreePrefix,
  requireNoneUnderWay,
} from './controller-settings.js';
import { replaceClosures } from './closures.js';
import { requireConsistentRules } from './consistent-rules.js';
import { namesOf, rulesFrom } from './rules-text.js';

/**
 * Bookings that stand are not judged again.
 * @throws machine.unknown, machine.version, rules.contradictory, controller.invalid,
 * controller.prefix_taken, controller.busy
 */
export async function changeMachine(
  database: Database,
  actor: Actor,
  id: string,
  changes: MachineChangesDto,
  expected: ExpectedVersions,
): Promise<void> {
  const { closures } = changes;
  await database.transaction(async (sql) => {
    const machine = await sql.row<Before>(
      `SELECT l.id AS "labId", l.slug AS lab, m.version, m.driver, m.topic_prefix AS "topicPrefix",
              m.controller_secrets AS secrets
         FROM machines m JOIN labs l ON l.id = m.lab_id
        WHERE m.id = $1 AND m.retired_at IS NULL FOR UPDATE OF m`,
      [id],
    );
    if (!machine) throw new DomainError('machine.unknown');
    requireVersion(expected, machine.version, 'machine.version');
    const { requiredTrainingId } = changes;
    await trainingFor(sql, {
      labId: machine.labId,
      requiredTrainingId: requiredTrainingId ?? null,
    });
    const controller = await changedController(sql, id, changes.controller, machine);
    const columns = [...changedColumns(changes), ...controller];
    const sets = columns.map(([column], index) => `${column} = $${index + 2}`);
    await sql.run(
      `UPDATE machines SET ${[...sets, 'version = version + 1'].join(', ')} WHERE id = $1`,
      [id, ...columns.map(([, value]) => value)],
    );
    const { labId, lab } = machine;
    if (closures) await replaceClosures(sql, { labId, machineId: id }, closures);
    await requireConsistentRules(sql, labId);
    await audit(sql, {
      action: 'machine.changed',
      by: byMember(actor),
      subject: { kind: 'machine', id },
      facts: { changed: namesOf(changes) },
    });
    await announce(sql, { type: 'machine.changed', id, labSlug: lab, kind: 'machine' });
  });
}

interface Before {
  labId: string;
  lab: string;
  version: number;
  driver: string;
  topicPrefix: string | null;
  secrets: Record<string, unknown>;
}

type Column = readonly [column: string, value: unknown];

async function changedController(
  sql: Sql,
  id: string,
  given: MachineChangesDto['controller'],
  before: Before,
): Promise<Column[]> {
  if (!given) return [];
  const settings = controllerSettings(given, before);
  const { driver, topicPrefix } = settings;
  await requireFreePrefix(sql, settings, id);
  if (driver !== before.driver || topicPrefix !== before.topicPrefix)
    await requireNoneUnderWay(sql, id);
  return [
    ['driver', driver],
    ['controller', JSON.stringify(settings.controller)],
    ['controller_secrets', JSON.stringify(settings.secrets)],
    ['topic_prefix', topicPrefix],
  ];
}

/** The columns' names are ours; a null says something where an absence does not. */
function changedColumns(changes: MachineChangesDto): Column[] {
  const { name, openingHours, rules, materials, workArea, startPolicy, requiredTrainingId } =
    changes;
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  const columns = [
    ['name', name],
    ['opening_hours', openingHours === undefined ? undefined : json(openingHours)],
    ['rules', rules === undefined ? undefined : json(rulesFrom(rules))],
    ['materials', materials],
    ['work_area', workArea === undefined ? undefined : json(workArea)],
    ['start_policy', startPolicy],
    ['required_training_id', requiredTrainingId],
  ] as const;
  return columns.filter(([, value]) => value !== undefined);
}
