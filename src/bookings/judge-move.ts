import { covers } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { DomainError } from '../platform/problems/problem.js';
import type { PlacingFacts } from './booking-facts.js';
import { assessGivingUp, needsApproval } from './booking.rules.js';
import type { RuleViolation } from './booking.rules.js';
import type { BookingState } from './booking.states.js';
import { judge } from './judge-booking.js';
import type { LockedBooking } from './locked-booking.js';
import type { MemberUse } from './member-use.js';

export interface WantedMove {
  readonly present: LockedBooking;
  readonly wanted: Interval;
  readonly facts: PlacingFacts;
  readonly use: MemberUse;
}

/** Whose it is. @throws booking.state, booking.job_under_way */
export function requireMovable(present: LockedBooking, wanted: Interval): string {
  const { state, kind, memberId, jobState } = present;
  const startMoves = wanted.startsAt.getTime() !== present.startsAt.getTime();
  const movable = ['requested', 'confirmed', ...(startMoves ? [] : ['checked_in'])];
  if (kind !== 'booking' || memberId === null || !movable.includes(state)) {
    throw new DomainError('booking.state', { state });
  }
  // A run that has begun, or whose file is on its way, keeps its slot; it may only get more.
  const waiting = [null, 'awaiting_approval', 'queued'].includes(jobState);
  if (!waiting && !covers([{ ...wanted, startsAt: present.startsAt }], present)) {
    throw new DomainError('booking.job_under_way', { jobState });
  }
  if (!waiting && startMoves) throw new DomainError('booking.job_under_way', { jobState });
  return memberId;
}

/** All that stands against it. */
export function assessMove({ present, wanted, facts, use }: WantedMove): RuleViolation[] {
  const { now, machine } = facts;
  const startStands = wanted.startsAt.getTime() === present.startsAt.getTime();
  // Time that the booking keeps is not given up.
  const givesUp = present.state === 'confirmed' && !covers([wanted], present);
  return [
    ...judge(wanted, facts, use, { startStands }),
    ...(givesUp ? assessGivingUp(present, { now, rules: machine.rules }) : []),
  ];
}

/** How it stands in its new time. */
export function stateAfterMove(
  actor: Actor,
  { present, wanted, facts }: Omit<WantedMove, 'use'>,
  override: boolean,
): BookingState {
  const { state, jobState } = present;
  const approved = override || !needsApproval(facts.machine.rules, wanted);
  if (approved) return state === 'checked_in' ? state : 'confirmed';
  // What was approved stays so where staff move it, where it shrinks, or where its job was.
  const jobApproved = jobState !== null && jobState !== 'awaiting_approval';
  const stays = state === 'checked_in' || isStaff(actor) || covers([present], wanted);
  return stays || jobApproved ? state : 'requested';
}
