import { Temporal } from 'temporal-polyfill';
import type { Interval } from '../../machines/opening-hours.rules.js';
import type { RuleViolation } from '../booking.rules.js';
import type { RecurrenceRule, Until } from './recurrence-rule.rules.js';
import { mostOccurrences, mostYears, readSeriesRule, tooLong } from './series-rule.rules.js';
import type { SeriesRefusal } from './series-rule.rules.js';
import { firstInstant, isSkipped, lastInstant } from './wall-time.rules.js';
import type { WallInterval } from './wall-time.rules.js';
import { visitWallStarts } from './wall-starts.rules.js';

/** Bookings that repeat by the clock on the lab's wall. */
export interface Series {
  /** The text after `RRULE:` of RFC 5545, 3.8.5.3: `FREQ=WEEKLY;COUNT=8;BYDAY=TU`. */
  readonly rule: string;
  /** The first occurrence; it must be one that the rule gives. */
  readonly first: WallInterval;
  /** Of the lab, an IANA name. */
  readonly timeZone: string;
  /**
   * Starts of the occurrences that do not take place: EXDATE, RFC 5545, 3.8.5.1. They count
   * towards COUNT, as a cancelled session of a course does.
   */
  readonly except?: readonly Temporal.PlainDateTime[];
}

export interface Occurrence {
  /** What the clock would show; `wall.startsAt` names the occurrence within its series. */
  readonly wall: WallInterval;
  /** Null where the clock never shows the start or the end: see `problems`. */
  readonly interval: Interval | null;
  /** `booking.skipped_hour` {date, time}, for each end that is skipped. */
  readonly problems: readonly RuleViolation[];
}

export type Expansion =
  | { readonly occurrences: readonly Occurrence[]; readonly refusal?: never }
  | { readonly occurrences?: never; readonly refusal: SeriesRefusal };

/**
 * The occurrences of a series, in order, as instants.
 *
 * Both ends are wall times: a series from 01:00 to 04:00 lasts two hours on the night on which
 * summer time begins in Paris, and four on that on which it ends. Where the clock shows a time
 * twice, a start is the earlier instant and an end the later: the machine is then kept for
 * everybody who reads the clock one way or the other. Where the clock skips a start or an end,
 * nothing is moved in silence: the occurrence has no interval and says so.
 *
 * A skipped start is not counted by COUNT (RFC 5545, 3.3.10: such instances "MUST be ignored and
 * MUST NOT be counted"), so that calendar programs that expand the rule agree with us; but it is
 * reported, and BYSETPOS counts it, or "the last Sunday" would silently become another one.
 *
 * Refusals: those of `readSeriesRule`; `booking.interval` for an end that is not after the start;
 * `series.first_not_in_rule` {date}; `series.too_long` {occurrences, years}.
 * Throws a RangeError for a time zone that does not exist.
 */
export function expandSeries(series: Series): Expansion {
  const { first, timeZone, except = [] } = series;
  const { rule, refusal } = readSeriesRule(series.rule);
  if (refusal) return { refusal };
  if (Temporal.PlainDateTime.compare(first.startsAt, first.endsAt) >= 0) {
    return { refusal: { code: 'booking.interval', facts: {} } };
  }
  const { starts, complete } = wallStarts(rule, first.startsAt, timeZone);
  if (starts.length === 0) {
    const date = first.startsAt.toPlainDate().toString();
    return { refusal: { code: 'series.first_not_in_rule', facts: { date } } };
  }
  if (!complete) return { refusal: tooLong };
  const length = first.startsAt.until(first.endsAt);
  const occurrences = starts
    .filter((start) => !except.some((excepted) => excepted.equals(start)))
    .map((start) => occurrenceOf({ startsAt: start, endsAt: start.add(length) }, timeZone));
  return { occurrences };
}

/**
 * Counted or not, up to the end by COUNT or UNTIL; not complete where that lies too far. None
 * where the rule begins with another start than `first`.
 */
function wallStarts(
  { count, until, ...rule }: RecurrenceRule,
  first: Temporal.PlainDateTime,
  timeZone: string,
): { starts: Temporal.PlainDateTime[]; complete: boolean } {
  const isOver = (at: Temporal.PlainDateTime) => until !== undefined && isPast(until, at, timeZone);
  const horizon = first.add({ years: mostYears });
  const starts: Temporal.PlainDateTime[] = [];
  let counted = 0;
  visitWallStarts(rule, first, horizon, (start) => {
    if (isOver(start) || (starts.length === 0 && !start.equals(first))) return false;
    starts.push(start);
    if (!isSkipped(start, timeZone)) counted += 1;
    return counted !== count && counted <= mostOccurrences;
  });
  const ended = counted === count || isOver(horizon);
  return { starts, complete: ended && counted <= mostOccurrences };
}

/** UNTIL bounds the start, and includes it; a date includes its whole day in the lab. */
function isPast(until: Until, start: Temporal.PlainDateTime, timeZone: string): boolean {
  if (until.kind === 'date') {
    return Temporal.PlainDate.compare(start.toPlainDate(), until.date) > 0;
  }
  if (until.kind === 'wall') return Temporal.PlainDateTime.compare(start, until.at) > 0;
  return Temporal.Instant.compare(firstInstant(start, timeZone), until.at) > 0;
}

/** That wall time as instants, where the clock shows both its ends. */
export function occurrenceOf(wall: WallInterval, timeZone: string): Occurrence {
  const problems = [wall.startsAt, wall.endsAt]
    .filter((at) => isSkipped(at, timeZone))
    .map(skippedHour);
  if (problems.length > 0) return { wall, interval: null, problems };
  const startsAt = new Date(firstInstant(wall.startsAt, timeZone).epochMilliseconds);
  const endsAt = new Date(lastInstant(wall.endsAt, timeZone).epochMilliseconds);
  return { wall, interval: { startsAt, endsAt }, problems };
}

/** No one may override it: there is no such time. */
function skippedHour(at: Temporal.PlainDateTime): RuleViolation {
  const date = at.toPlainDate().toString();
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
  return { code: 'booking.skipped_hour', overridable: false, facts: { date, time } };
}
