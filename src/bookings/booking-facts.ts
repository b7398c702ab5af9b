import type { CatalogueMachine } from '../machines/catalogue.js';
import { effectiveRules, joinTypeRules } from '../machines/inherited-rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import type { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { preparedRows } from './prepared.js';

export type BookableMachine = Pick<
  CatalogueMachine,
  'id' | 'lab' | 'timeZone' | 'machineType' | 'rules' | 'openingHours' | 'labOpeningHours'
>;

/** What the member has on the machine: bookings to come or under way, seconds in that week. */
export interface MemberUse {
  readonly activeOfMember: number;
  readonly bookedThisWeek: number;
}

export interface PlacingFacts extends MemberUse {
  readonly machine: BookableMachine;
  /** PostgreSQL's clock, which decides. */
  readonly now: Date;
  readonly closures: Interval[];
}

interface Row extends BookableMachine {
  now: Date;
  closures: readonly (readonly [startsAt: string, endsAt: string])[] | null;
}

/**
 * Everything a booking is judged by, in one round trip; in two where a rule counts what the
 * member has already. Weeks begin on Monday in the lab's zone. @throws machine.unknown
 */
export async function bookingFacts(
  database: Database,
  machineId: string,
  memberId: string,
  startsAt: Date | null,
): Promise<PlacingFacts> {
  const [row] = await preparedRows<Row>(database, machineFacts, [machineId, startsAt]);
  if (!row) throw new DomainError('machine.unknown');
  const { now, closures, ...machine } = row;
  return {
    machine,
    now,
    ...(await memberUse(database, machine, memberId, startsAt ?? now)),
    closures: (closures ?? []).map(([from, to]) => ({
      startsAt: new Date(from),
      endsAt: new Date(to),
    })),
  };
}

async function memberUse(
  database: Database,
  { id, timeZone, rules }: BookableMachine,
  memberId: string,
  startsAt: Date,
): Promise<MemberUse> {
  const none = { activeOfMember: 0, bookedThisWeek: 0 };
  if (rules.maxActivePerMember === null && rules.weeklyQuota === null) return none;
  const values = [id, memberId, startsAt, timeZone];
  const [use = none] = await preparedRows<MemberUse>(database, useOfMachine, values);
  return use;
}

const machineFacts = {
  name: 'booking-machine-facts',
  text: `
  SELECT m.id, l.slug AS lab, l.time_zone AS "timeZone", m.machine_type AS "machineType",
         ${effectiveRules} AS rules,
         m.opening_hours AS "openingHours", l.opening_hours AS "labOpeningHours", now() AS now,
         (SELECT json_agg(json_build_array(c.starts_at, c.ends_at)) FROM lab_closures c
           WHERE c.lab_id = l.id AND (c.machine_id IS NULL OR c.machine_id = m.id) AND c.ends_at > least(now(), coalesce($2, now()))) AS closures
    FROM machines m JOIN labs l ON l.id = m.lab_id ${joinTypeRules}
   WHERE m.id = $1 AND m.retired_at IS NULL`,
};

const useOfMachine = {
  name: 'booking-member-use',
  text: `
  SELECT (count(*) FILTER (WHERE ends_at > now() AND state <> 'completed'))::int AS "activeOfMember",
         coalesce(sum(extract(epoch FROM ends_at - starts_at)) FILTER (
           WHERE date_trunc('week', starts_at AT TIME ZONE $4)
               = date_trunc('week', $3::timestamptz AT TIME ZONE $4)), 0)::float8 AS "bookedThisWeek"
    FROM bookings
   WHERE machine_id = $1 AND member_id = $2
     AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
};
