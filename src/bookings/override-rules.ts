import { byMember, isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { audit } from '../platform/audit/audit.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { RuleViolation } from './booking.rules.js';

/** Staff decide against the overridable rules, and say why. */
export interface Override {
  readonly override: boolean;
  readonly overrideReason?: string | null;
}

/** @throws request.forbidden for members, request.malformed without a reason */
export function requireOverride(actor: Actor, { override, overrideReason }: Override): void {
  if (!override) return;
  if (!isStaff(actor)) throw new DomainError('request.forbidden');
  if (!overrideReason?.trim()) {
    const missing = { code: 'field.required', path: 'overrideReason' };
    throw new DomainError('request.malformed', {}, [missing]);
  }
}

/** Notes in the same transaction against which rules staff decided. */
export async function noteOverride(
  sql: Sql,
  actor: Actor,
  bookingId: string,
  { overrideReason }: Override,
  violations: readonly RuleViolation[],
): Promise<void> {
  await audit(sql, {
    action: 'booking.overridden',
    by: byMember(actor),
    subject: { kind: 'booking', id: bookingId },
    reason: overrideReason ?? null,
    facts: { violations: violations.map(({ code }) => code) },
  });
}
