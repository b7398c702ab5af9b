import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { audit } from '../platform/audit/audit.js';
import type { Database, Sql } from '../platform/database/database.js';
import { requireVersion } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { announce } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import type { LabChangesDto } from './catalogue-changes.dto.js';
import { replaceClosures } from './closures.js';
import type { MachineType } from './machine-facts.js';
import { requireConsistentRules } from './consistent-rules.js';
import type { OwnRulesDto } from './machine-rules.dto.js';
import { namesOf, rulesFrom } from './rules-text.js';

/** Bookings that stand are not judged again. @throws lab.unknown, lab.version, rules.contradictory */
export async function changeLab(
  database: Database,
  actor: Actor,
  id: string,
  changes: LabChangesDto,
  expected: ExpectedVersions,
): Promise<void> {
  const { name, timeZone, openingHours, closures, rules } = changes;
  await database.transaction(async (sql) => {
    const lab = await lockedLab(sql, id);
    requireVersion(expected, lab.version, 'lab.version');
    await sql.run(
      `UPDATE labs SET name = coalesce($2, name), time_zone = coalesce($3, time_zone),
              opening_hours = coalesce($4, opening_hours), rules = coalesce($5, rules),
              version = version + 1
        WHERE id = $1`,
      [
        id,
        name ?? null,
        timeZone ?? null,
        openingHours ? JSON.stringify(openingHours) : null,
        rules ? JSON.stringify(rulesFrom(rules)) : null,
      ],
    );
    if (closures) await replaceClosures(sql, { labId: id, machineId: null }, closures);
    await requireConsistentRules(sql, id);
    await note(sql, actor, lab, 'lab.changed', namesOf(changes));
  });
}

/** What a lab says of all its machines of one type, all of it. */
export async function setTypeRules(
  database: Database,
  actor: Actor,
  id: string,
  machineType: MachineType,
  rules: OwnRulesDto,
): Promise<void> {
  await database.transaction(async (sql) => {
    const lab = await lockedLab(sql, id);
    await sql.run(
      `INSERT INTO machine_type_rules (lab_id, machine_type, rules) VALUES ($1, $2, $3)
       ON CONFLICT (lab_id, machine_type) DO UPDATE SET rules = excluded.rules`,
      [id, machineType, JSON.stringify(rulesFrom(rules))],
    );
    await requireConsistentRules(sql, id);
    await note(sql, actor, lab, 'lab.type_rules_changed', [machineType]);
  });
}

interface LockedLab {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
}

async function lockedLab(sql: Sql, id: string): Promise<LockedLab> {
  const lab = await sql.row<LockedLab>(
    'SELECT id, slug, version FROM labs WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (!lab) throw new DomainError('lab.unknown');
  return lab;
}

async function note(
  sql: Sql,
  actor: Actor,
  { id, slug }: LockedLab,
  action: string,
  changed: readonly string[],
): Promise<void> {
  const subject = { kind: 'lab', id };
  await audit(sql, { action, by: byMember(actor), subject, facts: { changed } });
  await announce(sql, { type: 'lab.changed', id, labSlug: slug, kind: 'lab' });
}
