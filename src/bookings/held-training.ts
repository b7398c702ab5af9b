import type { RequiredTraining } from '../machines/machine-facts.js';
import type { ValidDays } from '../people/certification.rules.js';
import { validDays } from '../people/certifications.js';
import type { Sql } from '../platform/database/database.js';

/** A training that a machine requires, with the days for which a member holds it. */
export interface HeldTraining extends RequiredTraining {
  readonly held: readonly ValidDays[];
}

/** Asks nothing where nothing is required. */
export async function heldTraining(
  sql: Sql,
  required: RequiredTraining | null,
  memberId: string | null,
): Promise<HeldTraining | null> {
  if (!required || memberId === null) return null;
  const held = await validDays(sql, memberId, [required.id]);
  return { ...required, held: held.get(required.id) ?? [] };
}

/** The same for several machines in one question; what requires nothing is not in it. */
export async function heldTrainings(
  sql: Sql,
  machines: readonly { readonly id: string; readonly requiredTraining: RequiredTraining | null }[],
  memberId: string,
): Promise<Map<string, HeldTraining>> {
  const required = machines.flatMap(({ requiredTraining }) => requiredTraining?.id ?? []);
  if (required.length === 0) return new Map();
  const held = await validDays(sql, memberId, [...new Set(required)]);
  return new Map(
    machines.flatMap(({ id, requiredTraining }) =>
      requiredTraining
        ? [[id, { ...requiredTraining, held: held.get(requiredTraining.id) ?? [] }] as const]
        : [],
    ),
  );
}
