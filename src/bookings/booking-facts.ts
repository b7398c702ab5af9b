import type { CatalogueMachine } from '../machines/catalogue.js';
import { selectMachines } from '../machines/catalogue.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';

export interface PlacingFacts {
  readonly machine: CatalogueMachine;
  /** PostgreSQL's clock, which decides. */
  readonly now: Date;
  readonly activeOfMember: number;
  readonly bookedThisWeek: number;
  readonly closures: Interval[];
}

interface Row extends CatalogueMachine {
  now: Date;
  activeOfMember: number;
  bookedThisWeek: number;
  closures: { startsAt: string; endsAt: string }[] | null;
}

/** Everything a booking is judged by, in one round trip. Weeks begin on Monday in the lab's zone. */
export async function bookingFacts(
  sql: Sql,
  machineId: string,
  memberId: string,
  startsAt: Date | null,
): Promise<PlacingFacts> {
  const row = await sql.row<Row>(
    `SELECT m.*, now() AS now,
            CASE WHEN m.rules->>'maxActivePerMember' IS NULL THEN 0 ELSE
              (SELECT count(*)::int FROM bookings b
                WHERE b.machine_id = m.id AND b.member_id = $2 AND b.ends_at > now()
                  AND b.state IN ('requested', 'confirmed', 'checked_in')) END AS "activeOfMember",
            CASE WHEN m.rules->>'weeklyQuota' IS NULL THEN 0 ELSE
              (SELECT coalesce(sum(extract(epoch FROM b.ends_at - b.starts_at)), 0)::float8 FROM bookings b
                WHERE b.machine_id = m.id AND b.member_id = $2
                  AND b.state IN ('requested', 'confirmed', 'checked_in', 'completed')
                  AND date_trunc('week', b.starts_at AT TIME ZONE m."timeZone")
                    = date_trunc('week', coalesce($3, now()) AT TIME ZONE m."timeZone")) END AS "bookedThisWeek",
            (SELECT json_agg(json_build_object('startsAt', c.starts_at, 'endsAt', c.ends_at))
               FROM lab_closures c
              WHERE c.lab_id = m."labId" AND c.ends_at > least(now(), coalesce($3, now()))) AS closures
       FROM (${selectMachines} AND m.id = $1) m`,
    [machineId, memberId, startsAt],
  );
  if (!row) throw new DomainError('machine.unknown');
  const { now, activeOfMember, bookedThisWeek, closures, ...machine } = row;
  return {
    machine,
    now,
    activeOfMember,
    bookedThisWeek,
    closures: (closures ?? []).map((closure) => ({
      startsAt: new Date(closure.startsAt),
      endsAt: new Date(closure.endsAt),
    })),
  };
}
