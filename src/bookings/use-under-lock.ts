import type { Sql } from '../platform/database/database.js';
import type { BookableMachine } from './booking-facts.js';
import { counts } from './member-use.js';
import type { MemberUse } from './member-use.js';
import { RunningUse } from './running-use.js';

/** Whose time is counted. */
export interface Counted {
  readonly memberId: string | null;
  readonly projectId: string | null;
  readonly startsAt: Date;
}

type CountingMachine = Pick<BookableMachine, 'id' | 'timeZone' | 'rules'>;

/** Whether some rule counts what member or project have: then placing needs their locks. */
export function isCounted({ rules }: CountingMachine, { projectId }: Counted): boolean {
  return counts(rules) || (projectId !== null && rules.weeklyQuotaPerProject !== null);
}

/** What member and project have already, for one booking; `except` is the one that moves. */
export async function useUnderLock(
  sql: Sql,
  machine: CountingMachine,
  { memberId, projectId, startsAt }: Counted,
  except: string | null,
): Promise<MemberUse> {
  const counting = { memberId, projectId, first: startsAt, last: startsAt };
  const use = await RunningUse.underLock(sql, machine, counting, except === null ? [] : [except]);
  return use.at(startsAt);
}
