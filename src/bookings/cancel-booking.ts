import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import type { Database, Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { bookingFacts } from './booking-facts.js';
import { assessGivingUp } from './booking.rules.js';
import type { RuleViolation } from './booking.rules.js';
import { standing } from './judge-booking.js';
import { lockedBooking } from './locked-booking.js';
import type { LockedBooking } from './locked-booking.js';
import { moveBookingOrRefuse } from './move-booking.js';
import { noteOverride, requireOverride } from './override-rules.js';
import type { Override } from './override-rules.js';

export interface CancelRequest extends Override {
  readonly reason: string | null;
}

/** Gives a booking up, in time or against the rule. @throws booking.rules, booking.state */
export async function cancelBooking(
  database: Database,
  actor: Actor,
  id: string,
  request: CancelRequest,
): Promise<void> {
  requireOverride(actor, request);
  await database.transaction(async (sql) => {
    const present = await lockedBooking(sql, actor, id);
    const violations = await tooLate(sql, present);
    const refused = standing(violations, request.override);
    if (refused.length > 0) throw new DomainError('booking.rules', {}, refused);
    const reason = request.reason ?? request.overrideReason ?? null;
    const { jobId } = present;
    await moveBookingOrRefuse(sql, id, 'cancelled', byMember(actor), reason, { jobId });
    if (request.override) await noteOverride(sql, actor, id, request, violations);
  });
}

// A request that nobody decided may always be withdrawn.
async function tooLate(sql: Sql, present: LockedBooking): Promise<RuleViolation[]> {
  if (present.state !== 'confirmed' || present.kind !== 'booking') return [];
  const { machine, now } = await bookingFacts(sql, present.machineId, {
    memberId: null,
    startsAt: null,
  });
  return assessGivingUp(present, { now, rules: machine.rules });
}
