import { requiredTraining } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import { effectiveRules, joinTypeRules } from '../machines/inherited-rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { heldTraining } from './held-training.js';
import type { HeldTraining } from './held-training.js';

export type BookableMachine = Pick<
  CatalogueMachine,
  | 'id'
  | 'lab'
  | 'timeZone'
  | 'machineType'
  | 'rules'
  | 'openingHours'
  | 'labOpeningHours'
  | 'requiredTraining'
>;

export interface PlacingFacts {
  readonly machine: BookableMachine;
  /** PostgreSQL's clock, which decides. */
  readonly now: Date;
  readonly closures: Interval[];
  /** When a neighbour gives the machine back, clean-up done, just in time to set it up. */
  readonly releases: Date[];
  /** What the machine requires, and the days for which the member holds it. */
  readonly training: HeldTraining | null;
}

export interface AskedFacts {
  /** Whose booking it is to be; null where only the machine matters. */
  readonly memberId: string | null;
  /** Null: now. */
  readonly startsAt: Date | null;
  /** No closure after it matters; left out: all to come do. */
  readonly endsAt?: Date | null;
  /** The booking that moves. */
  readonly except?: string | null;
}

interface Row extends BookableMachine {
  now: Date;
  closures: readonly (readonly [startsAt: string, endsAt: string])[] | null;
  releases: readonly string[] | null;
}

/**
 * What a booking is judged by, but for what the member has already, in one round trip; in two
 * where the machine requires a training. @throws machine.unknown
 */
export async function bookingFacts(
  sql: Sql,
  machineId: string,
  { memberId, startsAt, endsAt = null, except = null }: AskedFacts,
): Promise<PlacingFacts> {
  const [row] = await sql.prepared<Row>(machineFacts, [machineId, startsAt, except, endsAt]);
  if (!row) throw new DomainError('machine.unknown');
  const { now, closures, releases, ...machine } = row;
  return {
    machine,
    now,
    closures: (closures ?? []).map(([from, to]) => ({
      startsAt: new Date(from),
      endsAt: new Date(to),
    })),
    releases: (releases ?? []).map((at) => new Date(at)),
    training: await heldTraining(sql, machine.requiredTraining, memberId),
  };
}

// The LIMIT keeps the general plan's cost in sight of the special one's, so that PostgreSQL plans
// this once a connection and not at every booking; who gives a machine back within one minute is
// one, or two.
const machineFacts = {
  name: 'booking-machine-facts',
  text: `
  SELECT m.id, l.slug AS lab, l.time_zone AS "timeZone", m.machine_type AS "machineType",
         e.rules, m.opening_hours AS "openingHours", l.opening_hours AS "labOpeningHours", now() AS now,
         ${requiredTraining} AS "requiredTraining",
         (SELECT json_agg(json_build_array(c.starts_at, c.ends_at)) FROM lab_closures c
           WHERE c.lab_id = l.id AND (c.machine_id IS NULL OR c.machine_id = m.id) AND c.ends_at > least(now(), coalesce($2, now()))
             AND c.starts_at < coalesce($4::timestamptz, 'infinity')) AS closures,
         (SELECT json_agg(r.at) FROM
           (SELECT upper(b.occupied) AS at FROM bookings b
             WHERE b.machine_id = m.id
               AND b.occupied && tstzrange(a.ready - interval '1 minute', a.ready)
               AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
               AND ($3::uuid IS NULL OR b.id <> $3)
             LIMIT 4) AS r) AS releases
    FROM machines m JOIN labs l ON l.id = m.lab_id ${joinTypeRules}
   CROSS JOIN LATERAL (SELECT ${effectiveRules} AS rules OFFSET 0) AS e
   CROSS JOIN LATERAL (SELECT coalesce($2::timestamptz, now()) - make_interval(secs => (e.rules ->> 'setup')::float8) AS ready) AS a
   WHERE m.id = $1 AND m.retired_at IS NULL`,
};
