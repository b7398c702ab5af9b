import { RRuleTemporal } from 'rrule-temporal';
import type { RRuleResolvedOptions } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { Frequency, RecurrenceRule } from './recurrence-rule.rules.js';

/**
 * What one rule may cost. A rule that finds nothing (30 February) is looked for this many periods
 * long: 27 years of days, several years of hours.
 */
const limits = { maxIterations: 10_000, maxCandidateEvaluations: 50_000 };

/** Eight thousand years: a longer INTERVAL finds nothing more, and leads past the last date. */
const longestIntervals: Partial<Record<Frequency, number>> = {
  YEARLY: 8_000,
  MONTHLY: 96_000,
  WEEKLY: 400_000,
  DAILY: 2_900_000,
};

/** Of a rule that costs more than it may. */
export class CostlyRule extends Error {}

/**
 * The starts that a rule gives, as a clock on the wall shows them: no zone, so no hour is skipped
 * or repeated, and COUNT and UNTIL, which need the zone, are left to the caller. In order, from
 * `first` on, up to and including `until`; ends when `visit` answers false.
 * Throws CostlyRule.
 */
export function visitWallStarts(
  rule: RecurrenceRule,
  first: Temporal.PlainDateTime,
  until: Temporal.PlainDateTime,
  visit: (start: Temporal.PlainDateTime) => boolean,
): void {
  const expanded = expander(rule, first, until);
  bounded(() => expanded.all(({ epochMilliseconds }) => visit(wallOf(epochMilliseconds))));
}

/**
 * The same within `[from, to]`, without walking there from `first`: for a rule that began long
 * ago. Throws CostlyRule.
 */
export function wallStartsBetween(
  rule: RecurrenceRule,
  first: Temporal.PlainDateTime,
  [from, to]: readonly [Temporal.PlainDateTime, Temporal.PlainDateTime],
): Temporal.PlainDateTime[] {
  const expanded = expander(rule, first, to);
  const [after, before] = [new Date(millisecondsOf(from)), new Date(millisecondsOf(to))];
  return bounded(() => expanded.between(after, before, true)).map(({ epochMilliseconds }) =>
    wallOf(epochMilliseconds),
  );
}

/**
 * What the library (rrule-temporal 2.2.8) reads otherwise than RFC 5545's table of expansions and
 * limits: named, or null. It takes the union of BYYEARDAY or BYWEEKNO with BYMONTHDAY, passes over
 * BYMONTHDAY or plain weekdays beside an ordinal one in a year, and loses days of the weeks that
 * two years share. Nobody writes these; a rule that would be expanded wrongly is refused instead.
 */
export function unprovenPart({ freq, by, byDay }: RecurrenceRule): string | null {
  if (by.BYYEARDAY && (by.BYMONTHDAY || by.BYWEEKNO || byDay)) return 'BYYEARDAY';
  const isShared = (week: number) => Math.abs(week) === 1 || Math.abs(week) > 51;
  if (by.BYWEEKNO && (by.BYMONTHDAY || by.BYWEEKNO.some(isShared))) return 'BYWEEKNO';
  const ordinals = byDay?.filter((day) => day.length > 2).length ?? 0;
  const mixed = ordinals > 0 && (by.BYMONTHDAY || ordinals !== byDay?.length);
  return freq === 'YEARLY' && !by.BYMONTH && mixed ? 'BYDAY' : null;
}

function expander(
  { freq, interval, wkst, byDay, by }: RecurrenceRule,
  first: Temporal.PlainDateTime,
  until: Temporal.PlainDateTime,
): RRuleTemporal {
  const parts = {
    bySecond: by.BYSECOND,
    byMinute: by.BYMINUTE,
    byHour: by.BYHOUR,
    byMonthDay: by.BYMONTHDAY,
    byYearDay: by.BYYEARDAY,
    byWeekNo: by.BYWEEKNO,
    byMonth: by.BYMONTH,
    bySetPos: by.BYSETPOS,
    byDay,
    wkst,
  };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return new RRuleTemporal({
    ...limits,
    ...(Object.fromEntries(given) as Partial<RRuleResolvedOptions>),
    freq,
    interval: Math.min(interval, longestIntervals[freq] ?? interval),
    tzid: 'UTC',
    dtstart: first.toZonedDateTime('UTC'),
    until: until.toZonedDateTime('UTC'),
    cache: false,
  });
}

/** The library names its limits in the message only. */
function bounded<T>(expand: () => T): T {
  try {
    return expand();
  } catch (error) {
    const costly = error instanceof Error && error.message.startsWith('Maximum ');
    throw costly ? new CostlyRule(error.message, { cause: error }) : error;
  }
}

function wallOf(milliseconds: number): Temporal.PlainDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds);
  return instant.toZonedDateTimeISO('UTC').toPlainDateTime();
}

function millisecondsOf(wall: Temporal.PlainDateTime): number {
  return wall.toZonedDateTime('UTC').epochMilliseconds;
}
