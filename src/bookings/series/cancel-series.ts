import { v7 as uuid } from 'uuid';
import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingFacts } from '../booking-facts.js';
import type { PlacingFacts } from '../booking-facts.js';
import { assessGivingUp } from '../booking.rules.js';
import type { RuleViolation } from '../booking.rules.js';
import type { CancelRequest } from '../cancel-booking.js';
import { standing } from '../judge-booking.js';
import { noteOverride, requireOverride } from '../override-rules.js';
import { isToCome, lockedSeries, within } from './locked-series.js';
import type { LockedOccurrence } from './locked-series.js';
import { moveTogether } from './move-together.js';
import { seriesRefusal } from './refused-occurrence.js';
import type { WideScope } from './scope.js';

/**
 * Gives up this occurrence and those after it, or all to come; all or none of them.
 * @throws booking.unknown, booking.state, series.none, series.rules, request.forbidden
 */
export async function cancelSeries(
  database: Database,
  actor: Actor,
  id: string,
  scope: WideScope,
  request: CancelRequest,
): Promise<void> {
  requireOverride(actor, request);
  await database.transaction(async (sql) => {
    const series = await lockedSeries(sql, actor, id);
    const { named, row } = series;
    if (named.state !== 'requested' && named.state !== 'confirmed') {
      throw new DomainError('booking.state', { state: named.state });
    }
    const given = within(series, scope).filter((one) => isToCome(one) || one.id === id);
    const facts = await bookingFacts(sql, row.machineId, { memberId: null, startsAt: null });
    const judged = given.map((one) => ({ one, violations: tooLate(one, facts) }));
    const refused = judged.flatMap(({ one, violations }) => {
      const left = standing(violations, request.override);
      if (left.length === 0) return [];
      const date = one.at.toPlainDate().toString();
      return { date, interval: one, around: one, code: 'booking.rules', violations: left };
    });
    if (refused.length > 0) throw seriesRefusal(refused);

    const together = uuid();
    await moveTogether(sql, given, 'cancelled', {
      by: byMember(actor),
      reason: request.reason ?? request.overrideReason ?? null,
      change: ({ jobId }) => ({ jobId, together }),
    });
    if (!request.override) return;
    for (const { one, violations } of judged) {
      await noteOverride(sql, actor, one.id, request, violations);
    }
  });
}

// A request that nobody decided may always be withdrawn.
function tooLate(present: LockedOccurrence, { now, machine }: PlacingFacts): RuleViolation[] {
  if (present.state !== 'confirmed') return [];
  return assessGivingUp(present, { now, rules: machine.rules });
}
