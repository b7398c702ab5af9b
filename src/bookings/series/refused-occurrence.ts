import type { Interval } from '../../machines/opening-hours.rules.js';
import { DomainError } from '../../platform/problems/problem.js';
import type { Violation } from '../../platform/problems/problem.js';
import type { RuleViolation } from '../booking.rules.js';
import type { Alternative } from '../nearest-slots.js';

/** An occurrence that cannot be had, and why. */
export interface RefusedOccurrence {
  /** Of its start, on the lab's clocks. */
  readonly date: string;
  /** Null where the clock shows no such time. */
  readonly interval: Interval | null;
  /** Where to look for another slot. */
  readonly around: Interval;
  /** `booking.overlap`, `booking.rules`, `booking.skipped_hour`, or of what keeps one where it is. */
  readonly code: string;
  readonly violations: readonly RuleViolation[];
}

export const taken: RuleViolation = { code: 'booking.overlap', overridable: false, facts: {} };

/** An occurrence as a client reads it. */
export function shown(refused: RefusedOccurrence, alternatives: readonly Alternative[] = []) {
  const { date, interval, code } = refused;
  return {
    date,
    startsAt: interval?.startsAt.toISOString() ?? null,
    endsAt: interval?.endsAt.toISOString() ?? null,
    code,
    alternatives,
  };
}

/**
 * The refusal of a whole series: `series.conflict` where all that stands against it are slots that
 * others have, else `series.rules`. Each violation names its occurrence by its date.
 */
export function seriesRefusal(
  refused: readonly RefusedOccurrence[],
  alternatives: readonly (readonly Alternative[])[] = [],
): DomainError {
  const onlyTaken = refused.every(({ code }) => code === taken.code);
  const violations = refused.flatMap((one): Violation[] =>
    one.violations.map(({ code, overridable, facts }) => {
      const { startsAt, endsAt } = shown(one);
      return { code, overridable, facts: { date: one.date, startsAt, endsAt, ...facts } };
    }),
  );
  const occurrences = refused.map((one, index) => shown(one, alternatives[index]));
  return new DomainError(
    onlyTaken ? 'series.conflict' : 'series.rules',
    { occurrences },
    violations,
  );
}
