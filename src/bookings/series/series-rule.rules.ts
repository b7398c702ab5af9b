import { parseRule } from './recurrence-rule.rules.js';
import type { RecurrenceRule } from './recurrence-rule.rules.js';
import { unprovenPart } from './wall-starts.rules.js';

export type SeriesRefusalCode =
  | 'series.rule_malformed'
  | 'series.rule_unsupported'
  | 'series.endless'
  | 'series.too_long'
  | 'series.first_not_in_rule'
  | 'booking.interval'
  | 'series.occurrence_unknown'
  | 'series.day_fixed';

/** Why a series is none at all. The facts fill the words of the code. */
export interface SeriesRefusal {
  readonly code: SeriesRefusalCode;
  readonly facts: Readonly<Record<string, string | number>>;
}

export type SeriesRule =
  | { readonly rule: RecurrenceRule; readonly refusal?: never }
  | { readonly rule?: never; readonly refusal: SeriesRefusal };

/** A rule for more is a mistake, or an attack: two years of two bookings a week. */
export const mostOccurrences = 200;
/** No lab's booking horizon is longer; it also bounds what a rule with rare dates costs. */
export const mostYears = 20;

const subDaily = ['HOURLY', 'MINUTELY', 'SECONDLY'];
const timesOfDay = ['BYHOUR', 'BYMINUTE', 'BYSECOND'] as const;

/**
 * Reads the rule of a series of bookings. Refusals:
 * - `series.rule_malformed` {part}: not RFC 5545; UNTIL without a zone is one, since the starts
 *   have a zone (3.3.10);
 * - `series.rule_unsupported` {part}: more often than daily, times other than the first
 *   occurrence's, or a combination that nobody writes;
 * - `series.endless`: neither COUNT nor UNTIL;
 * - `series.too_long` {occurrences, years}: COUNT above the limit.
 */
export function readSeriesRule(text: string): SeriesRule {
  const { rule, fault } = parseRule(text);
  if (fault) return refused(`series.rule_${fault.kind}`, { part: fault.part });
  if (rule.until?.kind === 'wall') return refused('series.rule_malformed', { part: 'UNTIL' });
  const unsupported = unsupportedPart(rule);
  if (unsupported) return refused('series.rule_unsupported', { part: unsupported });
  if (rule.count === undefined && !rule.until) return refused('series.endless');
  if ((rule.count ?? 0) > mostOccurrences) return { refusal: tooLong };
  return { rule };
}

export const tooLong: SeriesRefusal = {
  code: 'series.too_long',
  facts: { occurrences: mostOccurrences, years: mostYears },
};

function unsupportedPart(rule: RecurrenceRule): string | null {
  if (subDaily.includes(rule.freq)) return `FREQ=${rule.freq}`;
  return timesOfDay.find((part) => rule.by[part]) ?? unprovenPart(rule);
}

function refused(code: SeriesRefusalCode, facts: SeriesRefusal['facts'] = {}): SeriesRule {
  return { refusal: { code, facts } };
}
