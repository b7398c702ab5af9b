import { DomainError } from '../../platform/problems/problem.js';

/** What an outside calendar may cost us at most. */
export const importLimits = {
  /** Of UTF-8. */
  bytes: 5_000_000,
  /** VEVENTs, counted or not. */
  events: 5_000,
  /** Intervals within the window. */
  occurrences: 20_000,
  /** Days looked at for rules, an occurrence being as dear as thirty: a few seconds in all. */
  work: 1_000_000,
} as const;

/** `calendar.malformed` {line, part}: the line of the file, from 1, and what of it is wrong. */
export function malformed(line: number, part: string): DomainError {
  return new DomainError('calendar.malformed', { line, part: part.slice(0, 80) });
}

/** `calendar.too_large` {limit, most, line?}: which limit, and where it was passed. */
export function tooLarge(limit: keyof typeof importLimits, line?: number): DomainError {
  const facts = { limit, most: importLimits[limit] };
  return new DomainError('calendar.too_large', line === undefined ? facts : { ...facts, line });
}
