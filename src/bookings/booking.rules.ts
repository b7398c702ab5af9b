import type { MachineRules, RequiredTraining } from '../machines/machine-facts.js';
import { covers } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { certifiedThroughout } from '../people/certification.rules.js';
import type { ValidDays } from '../people/certification.rules.js';
import { ceilTo, floorTo, isOnGrid, nextMinute } from './grid.rules.js';
import type { Grid } from './grid.rules.js';

/** What a booking is judged by: facts in, all violations out. */
export interface BookingFacts {
  readonly now: Date;
  readonly rules: MachineRules;
  /** The lab's, on whose clocks the grid lies. */
  readonly timeZone: string;
  /** The machine becomes free at the asked minute: it opens, or a neighbour's clean-up ends. */
  readonly startsFree?: boolean;
  /** A change that leaves the start where it was is not judged by it again. */
  readonly startStands?: boolean;
  /** Opening hours less closures, around the asked interval. */
  readonly open: readonly Interval[];
  /** The member's bookings on this machine that are still to come or under way. */
  readonly activeOfMember: number;
  /** Seconds the member has on this machine in the lab's week of the booking. */
  readonly bookedThisWeek: number;
  /** Seconds the booking’s project has on it in that week. */
  readonly projectThisWeek?: number;
  /** What the machine requires, with the days for which the member holds it; null: nothing. */
  readonly training?: (RequiredTraining & { readonly held: readonly ValidDays[] }) | null;
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
  const { startStands = false } = facts;
  const grid = { granularity: rules.granularity, timeZone: facts.timeZone };
  const earliest = floorTo(now, grid);
  const lead = (wanted.startsAt.getTime() - now.getTime()) / 1_000;
  const walkUp = isWalkUp(wanted.startsAt, now, grid);
  const violations: RuleViolation[] = [];
  const violate = (code: string, overridable: boolean, about: RuleViolation['facts'] = {}) =>
    violations.push({ code, overridable, facts: about });

  if (startStands ? wanted.endsAt <= now : wanted.startsAt < earliest)
    violate('booking.in_past', false, { now: now.toISOString() });
  if (seconds < rules.minDuration)
    violate('booking.too_short', true, { minutes: rules.minDuration / 60 });
  if (seconds > rules.maxDuration)
    violate('booking.too_long', true, { minutes: rules.maxDuration / 60 });
  if (!isAligned(wanted, grid, walkUp || startStands || facts.startsFree === true)) {
    violate('booking.not_aligned', true, { minutes: rules.granularity / 60 });
  }
  if (!walkUp && !startStands && lead < rules.leadTime)
    violate('booking.lead_time', true, { minutes: rules.leadTime / 60 });
  if (lead > rules.horizon)
    violate('booking.beyond_horizon', true, { days: rules.horizon / 86_400 });
  if (!covers(facts.open, wanted)) violate('booking.closed', true);
  const { training } = facts;
  if (training && !certifiedThroughout(training.held, facts.timeZone, wanted)) {
    violate('booking.training_required', true, {
      trainingId: training.id,
      training: training.name,
    });
  }
  if (rules.maxActivePerMember !== null && facts.activeOfMember >= rules.maxActivePerMember) {
    violate('booking.too_many', true, { limit: rules.maxActivePerMember });
  }
  if (rules.weeklyQuota !== null && facts.bookedThisWeek + seconds > rules.weeklyQuota) {
    violate('booking.weekly_quota', true, { hours: rules.weeklyQuota / 3_600 });
  }
  const { projectThisWeek } = facts;
  const ofProject = rules.weeklyQuotaPerProject;
  if (
    ofProject !== null &&
    projectThisWeek !== undefined &&
    projectThisWeek + seconds > ofProject
  ) {
    violate('booking.project_quota', true, { hours: ofProject / 3_600 });
  }
  return violations;
}

/** A start inside the current granule: somebody stands at the machine. */
export function isWalkUp(startsAt: Date, now: Date, grid: Grid): boolean {
  const start = startsAt.getTime();
  const granule = floorTo(now, grid).getTime();
  return start >= granule && start < granule + grid.granularity * 1_000;
}

// A walk-up begins when it begins, and so does what follows a neighbour's clean-up; the length,
// or the end, still keeps the grid.
function isAligned(wanted: Interval, grid: Grid, startIsGiven: boolean): boolean {
  const length = wanted.endsAt.getTime() - wanted.startsAt.getTime();
  const endsOnGrid = isOnGrid(wanted.endsAt, grid);
  if (startIsGiven) return endsOnGrid || length % (grid.granularity * 1_000) === 0;
  return endsOnGrid && isOnGrid(wanted.startsAt, grid);
}

/** Whether a manager decides on that much time. */
export function needsApproval({ approval }: MachineRules, { startsAt, endsAt }: Interval): boolean {
  if (typeof approval === 'string') return approval === 'manager';
  return endsAt.getTime() - startsAt.getTime() >= approval.autoUnder * 1_000;
}

/** What is wrong with giving up a confirmed slot that late. */
export function assessGivingUp(
  present: Interval,
  { now, rules }: Pick<BookingFacts, 'now' | 'rules'>,
): RuleViolation[] {
  const ahead = (present.startsAt.getTime() - now.getTime()) / 1_000;
  if (rules.cancelBefore === 0 || ahead >= rules.cancelBefore) return [];
  const facts = { minutes: rules.cancelBefore / 60 };
  return [{ code: 'booking.cancel_before', overridable: true, facts }];
}

/** An undecided request holds its slot until it would have to begin, but two hours at least. */
const shortestHoldMs = 2 * 3_600_000;

export function holdUntil(wanted: Interval, now: Date): Date {
  const least = now.getTime() + shortestHoldMs;
  return new Date(Math.min(wanted.endsAt.getTime(), Math.max(wanted.startsAt.getTime(), least)));
}

/**
 * The starts at which `seconds` fit into free time, soonest first: now, where now is free; when
 * the machine becomes free; then every point of the grid.
 */
export function slotsIn(
  free: readonly Interval[],
  options: { seconds: number; grid: Grid; now: Date; limit: number; from?: Date },
): Interval[] {
  const { seconds, grid, now, limit, from } = options;
  const length = Math.ceil(seconds / grid.granularity) * grid.granularity * 1_000;
  const slots: Interval[] = [];
  for (const interval of free) {
    let start = firstStart(interval, grid, now, from);
    while (start.getTime() + length <= interval.endsAt.getTime()) {
      if (slots.length >= limit) return slots;
      slots.push({ startsAt: start, endsAt: new Date(start.getTime() + length) });
      start = ceilTo(new Date(start.getTime() + 1), grid);
    }
  }
  return slots;
}

// Where free time begins only because the question does, nothing becomes free.
function firstStart(interval: Interval, grid: Grid, now: Date, asked?: Date): Date {
  if (interval.startsAt <= now) return now < interval.endsAt ? now : ceilTo(now, grid);
  if (interval.startsAt.getTime() === asked?.getTime()) return ceilTo(interval.startsAt, grid);
  return nextMinute(interval.startsAt);
}
