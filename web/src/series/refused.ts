import type { Alternative, ApiProblem } from '../api/problem';
import type { SkippedOccurrence } from '../api/types';

/** A date of a series that cannot be had, and why. */
export interface Refused {
  /** "2027-01-19", of the lab. */
  date: string;
  /** Null where the clock shows no such time. */
  startsAt: string | null;
  endsAt: string | null;
  /** In words. */
  reasons: string[];
  alternatives: Alternative[];
}

export function refusedOf({ occurrences, violations }: ApiProblem): Refused[] {
  return occurrences.map((one) => ({
    ...one,
    reasons: violations.filter(({ date }) => date === one.date).map(({ message }) => message),
  }));
}

export function skippedOf(skipped: readonly SkippedOccurrence[]): Refused[] {
  return skipped.map((one) => ({
    ...one,
    reasons: one.violations.map(({ message }) => message),
  }));
}
