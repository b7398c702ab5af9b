import type { Sql } from '../platform/database/database.js';
import type { BookableMachine } from './booking-facts.js';
import { MemberUses, counts, lockMember, noUse } from './member-use.js';
import type { MemberUse } from './member-use.js';

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

/**
 * What member and project have already. Until the transaction ends nobody else asks for them, so
 * that two requests cannot both fit into what one of them uses up. Member before project.
 */
export async function useUnderLock(
  sql: Sql,
  machine: CountingMachine,
  { memberId, projectId, startsAt }: Counted,
  except: string | null,
): Promise<MemberUse> {
  const { id, rules, timeZone } = machine;
  let use = noUse;
  if (counts(rules) && memberId !== null) {
    await lockMember(sql, memberId);
    use = (await MemberUses.read(sql, [id], memberId, except)).at(id, timeZone, startsAt);
  }
  if (projectId === null || rules.weeklyQuotaPerProject === null) return use;
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 3))', [projectId]);
  const used = await sql.row<{ seconds: number }>(projectWeek, [
    id,
    projectId,
    startsAt,
    timeZone,
    except,
  ]);
  return { ...use, projectThisWeek: used?.seconds ?? 0 };
}

// Elapsed seconds in the week of the lab’s clocks.
const projectWeek = `
  SELECT coalesce(sum(extract(epoch FROM ends_at - starts_at)), 0)::float8 AS seconds
    FROM bookings
   WHERE machine_id = $1 AND project_id = $2 AND ($5::uuid IS NULL OR id <> $5)
     AND state IN ('requested', 'confirmed', 'checked_in', 'completed')
     AND starts_at > $3::timestamptz - interval '8 days'
     AND starts_at < $3::timestamptz + interval '8 days'
     AND date_trunc('week', starts_at AT TIME ZONE $4)
       = date_trunc('week', $3::timestamptz AT TIME ZONE $4)`;
