import type { Interval } from '../machines/opening-hours.rules.js';
import type { PlacingFacts } from './booking-facts.js';
import { assessBooking } from './booking.rules.js';
import type { RuleViolation } from './booking.rules.js';
import { nextMinute } from './grid.rules.js';
import type { MemberUse } from './member-use.js';
import { openTime } from './open-time.js';

export interface Judgement {
  /** A change that leaves the start where it was. */
  readonly startStands?: boolean;
}

const minuteMs = 60_000;

/** The facts as the rules want them, around that interval; all violations out. */
export function judge(
  wanted: Interval,
  facts: PlacingFacts,
  use: MemberUse,
  { startStands = false }: Judgement = {},
): RuleViolation[] {
  const { machine, now, closures } = facts;
  const hours = machine.openingHours ?? machine.labOpeningHours;
  // A minute more before it shows whether the machine opens at the very start.
  const around = { ...wanted, startsAt: new Date(wanted.startsAt.getTime() - minuteMs) };
  const open = openTime(hours, machine.timeZone, around, closures);
  const startsAt = wanted.startsAt.getTime();
  const opens = open.some((interval) => interval.startsAt.getTime() === startsAt);
  const setupMs = machine.rules.setup * 1_000;
  const released = facts.releases.some(
    (at) => nextMinute(new Date(at.getTime() + setupMs)).getTime() === startsAt,
  );
  return assessBooking(wanted, {
    ...use,
    now,
    rules: machine.rules,
    timeZone: machine.timeZone,
    open,
    startsFree: opens || released,
    startStands,
    training: facts.training,
  });
}

/** What an override leaves standing. */
export function standing(violations: readonly RuleViolation[], override: boolean): RuleViolation[] {
  return violations.filter(({ overridable }) => !(override && overridable));
}
