import { Injectable } from '@nestjs/common';
import { covers } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database, sqlState } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { requireVersion } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { announce } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { bookingFacts } from './booking-facts.js';
import type { PlacingFacts } from './booking-facts.js';
import { assessGivingUp } from './booking.rules.js';
import type { RuleViolation } from './booking.rules.js';
import { standing } from './judge-booking.js';
import { assessMove, requireMovable, stateAfterMove } from './judge-move.js';
import { lockedBooking } from './locked-booking.js';
import type { LockedBooking } from './locked-booking.js';
import { useUnderLock } from './use-under-lock.js';
import { NearestSlots } from './nearest-slots.js';
import type { Alternative } from './nearest-slots.js';
import { noteOverride, requireOverride } from './override-rules.js';
import type { Override } from './override-rules.js';
import { rewriteBooking } from './rewrite-booking.js';
import { wantedInterval } from './wanted-interval.js';

export interface ChangeRequest extends Override {
  /** Null: as it is. A start alone moves the booking, which keeps its length. */
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  /** Seconds; counts where no end is given. */
  readonly duration: number | null;
  /** Left out: as it is. */
  readonly purpose?: string | null;
  readonly expected: ExpectedVersions;
}

interface Attempt extends Interval {
  readonly facts: PlacingFacts;
  readonly memberId: string;
  readonly projectId: string | null;
  readonly present: LockedBooking;
}

/** Moves or resizes a booking on its machine; what cannot be had leaves it as it was. */
@Injectable()
export class ChangeBooking {
  constructor(
    private readonly nearest: NearestSlots,
    private readonly database: Database,
  ) {}

  /**
   * @throws booking.unknown, booking.version, booking.state, booking.job_under_way,
   *   booking.interval, booking.rules, booking.overlap, request.forbidden
   */
  async change(actor: Actor, id: string, request: ChangeRequest): Promise<void> {
    requireOverride(actor, request);
    let attempt: Attempt | null = null;
    try {
      const refused = await this.database.transaction(async (sql) => {
        const present = await lockedBooking(sql, actor, id);
        requireVersion(request.expected, present.version, 'booking.version');
        const wanted = wantedOf(present, request);
        if (isSame(present, wanted)) return rename(sql, present, request.purpose);
        const memberId = requireMovable(present, wanted);
        const facts = await bookingFacts(sql, present.machineId, {
          memberId,
          startsAt: wanted.startsAt,
          except: id,
        });
        attempt = { ...wanted, facts, memberId, projectId: present.projectId, present };
        return move(sql, actor, { present, wanted, facts, request });
      });
      if (refused.length > 0) throw await this.refusal('booking.rules', attempt, id, refused);
    } catch (error) {
      const code = sqlState(error);
      if (code !== '23P01' && code !== '40P01') throw error;
      throw await this.refusal('booking.overlap', attempt, id, []);
    }
  }

  private async refusal(
    code: string,
    attempt: Attempt | null,
    id: string,
    violations: readonly RuleViolation[],
  ): Promise<DomainError> {
    if (!attempt) return new DomainError(code, { alternatives: [] }, violations);
    const { facts, memberId, projectId, present } = attempt;
    const found = await this.nearest.to(attempt, facts, memberId, id, projectId);
    const alternatives = found.filter((slot) => mayMoveTo(present, slot, facts));
    return new DomainError(code, { alternatives }, violations);
  }
}

interface Move {
  readonly present: LockedBooking;
  readonly wanted: Interval;
  readonly facts: PlacingFacts;
  readonly request: ChangeRequest;
}

/** What stands against it; nothing: it is done. */
async function move(
  sql: Sql,
  actor: Actor,
  { present, wanted, facts, request }: Move,
): Promise<readonly RuleViolation[]> {
  const { machine, now } = facts;
  const { rules } = machine;
  const use = await useUnderLock(
    sql,
    machine,
    { ...present, startsAt: wanted.startsAt },
    present.id,
  );
  const violations = assessMove({ present, wanted, facts, use });
  const refused = standing(violations, request.override);
  if (refused.length > 0) return refused;

  const state = stateAfterMove(actor, { present, wanted, facts }, request.override);
  const purpose = request.purpose === undefined ? present.purpose : request.purpose;
  const deed = { by: byMember(actor), reason: request.overrideReason ?? null };
  await rewriteBooking(sql, present, { ...wanted, state, purpose }, { rules, now }, deed);
  if (request.override) await noteOverride(sql, actor, present.id, request, violations);
  return [];
}

function wantedOf(present: LockedBooking, { startsAt, endsAt, duration }: ChangeRequest): Interval {
  const length = (present.endsAt.getTime() - present.startsAt.getTime()) / 1_000;
  return wantedInterval({
    startsAt: startsAt ?? present.startsAt,
    endsAt,
    duration: duration ?? length,
  });
}

function isSame(a: Interval, b: Interval): boolean {
  return a.startsAt.getTime() === b.startsAt.getTime() && a.endsAt.getTime() === b.endsAt.getTime();
}

/** It has the slot in which it is, and keeps it where it is too late to give it up. */
function mayMoveTo(present: LockedBooking, slot: Alternative, facts: PlacingFacts): boolean {
  const { machine, now } = facts;
  const to = { startsAt: new Date(slot.startsAt), endsAt: new Date(slot.endsAt) };
  const here = slot.machineId === machine.id;
  if (here && isSame(to, present)) return false;
  if (present.state === 'checked_in')
    return here && to.startsAt.getTime() === present.startsAt.getTime();
  const late = assessGivingUp(present, { now, rules: machine.rules }).length > 0;
  return present.state !== 'confirmed' || !late || (here && covers([to], present));
}

async function rename(
  sql: Sql,
  { id, lab, purpose: present }: LockedBooking,
  purpose: string | null | undefined,
): Promise<readonly RuleViolation[]> {
  if (purpose === undefined || purpose === present) return [];
  await sql.run('UPDATE bookings SET purpose = $2, version = version + 1 WHERE id = $1', [
    id,
    purpose,
  ]);
  await announce(sql, { type: 'booking.changed', id, labSlug: lab, kind: 'booking' });
  return [];
}
