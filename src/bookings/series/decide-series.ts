import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { lockedSeries, within } from './locked-series.js';
import { moveTogether } from './move-together.js';
import type { WideScope } from './scope.js';

/**
 * A manager's one word on all that is asked for; what was decided already stays so.
 * @throws booking.unknown, booking.state, series.none
 */
export async function decideSeries(
  database: Database,
  actor: Actor,
  id: string,
  scope: WideScope,
  decision: { readonly to: 'confirmed' | 'rejected'; readonly reason: string | null },
): Promise<void> {
  await database.transaction(async (sql) => {
    const series = await lockedSeries(sql, actor, id);
    const { state } = series.named;
    if (state !== 'requested') throw new DomainError('booking.state', { state });
    const asked = within(series, scope).filter((one) => one.state === 'requested');
    const { to, reason } = decision;
    await moveTogether(sql, asked, to, { by: byMember(actor), reason });
  });
}
