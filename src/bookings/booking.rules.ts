import type { MachineRules } from '../machines/machine-facts.js';
import { covers } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';

/** What a booking is judged by: facts in, all violations out. */
export interface BookingFacts {
  readonly now: Date;
  readonly rules: MachineRules;
  /** Opening hours less closures, around the asked interval. */
  readonly open: readonly Interval[];
  /** The member's bookings on this machine that are still to come or under way. */
  readonly activeOfMember: number;
  /** Seconds the member has on this machine in the lab's week of the booking. */
  readonly bookedThisWeek: number;
}

export interface RuleViolation {
  readonly code: string;
  /** Whether staff may decide otherwise. */
  readonly overridable: boolean;
  readonly facts: Readonly<Record<string, string | number>>;
}

export function assessBooking(wanted: Interval, facts: BookingFacts): RuleViolation[] {
  const { now, rules } = facts;
  const seconds = (wanted.endsAt.getTime() - wanted.startsAt.getTime()) / 1_000;
  const earliest = floorTo(now, rules.granularity);
  const lead = (wanted.startsAt.getTime() - now.getTime()) / 1_000;
  const walkUp = isWalkUp(wanted.startsAt, now, rules.granularity);
  const violations: RuleViolation[] = [];
  const violate = (code: string, overridable: boolean, about: RuleViolation['facts'] = {}) =>
    violations.push({ code, overridable, facts: about });

  if (wanted.startsAt < earliest) violate('booking.in_past', false, { now: now.toISOString() });
  if (seconds < rules.minDuration)
    violate('booking.too_short', true, { minutes: rules.minDuration / 60 });
  if (seconds > rules.maxDuration)
    violate('booking.too_long', true, { minutes: rules.maxDuration / 60 });
  if (!isAligned(wanted, rules.granularity, walkUp)) {
    violate('booking.not_aligned', true, { minutes: rules.granularity / 60 });
  }
  if (!walkUp && lead < rules.leadTime)
    violate('booking.lead_time', true, { minutes: rules.leadTime / 60 });
  if (lead > rules.horizon)
    violate('booking.beyond_horizon', true, { days: rules.horizon / 86_400 });
  if (!covers(facts.open, wanted)) violate('booking.closed', true);
  if (rules.maxActivePerMember !== null && facts.activeOfMember >= rules.maxActivePerMember) {
    violate('booking.too_many', true, { limit: rules.maxActivePerMember });
  }
  if (rules.weeklyQuota !== null && facts.bookedThisWeek + seconds > rules.weeklyQuota) {
    violate('booking.weekly_quota', true, { hours: rules.weeklyQuota / 3_600 });
  }
  return violations;
}

/** A start inside the current granule: somebody stands at the machine. */
export function isWalkUp(startsAt: Date, now: Date, granularity: number): boolean {
  const start = startsAt.getTime();
  const granule = floorTo(now, granularity).getTime();
  return start >= granule && start < granule + granularity * 1_000;
}

// A walk-up begins when it begins; its length, or its end, still keeps the grid.
function isAligned(wanted: Interval, granularity: number, walkUp: boolean): boolean {
  const granule = granularity * 1_000;
  const length = wanted.endsAt.getTime() - wanted.startsAt.getTime();
  if (walkUp) return length % granule === 0 || wanted.endsAt.getTime() % granule === 0;
  return wanted.startsAt.getTime() % granule === 0 && wanted.endsAt.getTime() % granule === 0;
}

/** Slots lie on multiples of the granularity, counted from midnight UTC. */
export function floorTo(at: Date, granularity: number): Date {
  const granule = granularity * 1_000;
  return new Date(Math.floor(at.getTime() / granule) * granule);
}

export function ceilTo(at: Date, granularity: number): Date {
  const granule = granularity * 1_000;
  return new Date(Math.ceil(at.getTime() / granule) * granule);
}

/** An undecided request holds its slot until it would have to begin, but two hours at least. */
const shortestHoldMs = 2 * 3_600_000;

export function holdUntil(wanted: Interval, now: Date): Date {
  const least = now.getTime() + shortestHoldMs;
  return new Date(Math.min(wanted.endsAt.getTime(), Math.max(wanted.startsAt.getTime(), least)));
}

/**
 * The starts at which `seconds` fit into free time, soonest first: now, where now is free, then
 * every multiple of the granularity.
 */
export function slotsIn(
  free: readonly Interval[],
  options: { seconds: number; granularity: number; now: Date; limit: number },
): Interval[] {
  const { seconds, granularity, now, limit } = options;
  const length = Math.ceil(seconds / granularity) * granularity * 1_000;
  const slots: Interval[] = [];
  for (const interval of free) {
    const isNow = interval.startsAt <= now && now < interval.endsAt;
    const from = interval.startsAt > now ? interval.startsAt : now;
    let start = isNow ? now : ceilTo(from, granularity);
    while (start.getTime() + length <= interval.endsAt.getTime()) {
      if (slots.length >= limit) return slots;
      slots.push({ startsAt: start, endsAt: new Date(start.getTime() + length) });
      start = ceilTo(new Date(start.getTime() + 1), granularity);
    }
  }
  return slots;
}
