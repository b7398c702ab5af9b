import type { Temporal } from 'temporal-polyfill';
import { parseRule, ruleText, weekdayCodes } from './recurrence-rule.rules.js';
import type { RecurrenceRule } from './recurrence-rule.rules.js';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';
import type { SeriesRefusal } from './series-rule.rules.js';
import { firstInstant, isSkipped } from './wall-time.rules.js';

export interface WallChange {
  /** By how much each start moves on the clock; hours and minutes, of either sign. */
  readonly shift: Temporal.Duration;
  /** From start to end, on the clock. */
  readonly length: Temporal.Duration;
}

export type Shifted =
  | { readonly series: Series; readonly refusal?: never }
  | { readonly series?: never; readonly refusal: SeriesRefusal };

/**
 * The series with every occurrence moved by as much. Another time of day is always possible; so
 * is another day where the rule counts days or weeks, whose weekdays turn with it. "The last
 * Friday" or "the 31st" moved by a day is no rule of RFC 5545: the candidate is expanded, and what
 * does not give exactly the moved starts is refused.
 *
 * Refusals: those of `expandSeries`; `booking.interval` for no length; `series.day_fixed` {rule}.
 */
export function shiftSeries(series: Series, { shift, length }: WallChange): Shifted {
  const { occurrences, refusal } = expandSeries({ ...series, except: [] });
  if (refusal) return { refusal };
  const { rule } = parseRule(series.rule);
  if (!rule || length.sign <= 0) return { refusal: { code: 'booking.interval', facts: {} } };
  const { timeZone } = series;
  const startsAt = series.first.startsAt.add(shift);
  const days = series.first.startsAt.toPlainDate().until(startsAt.toPlainDate()).days;
  const wanted = occurrences.map(({ wall }) => wall.startsAt.add(shift));
  const shifted: Series = {
    rule: ruleText(ending(turned(rule, days), wanted, days, timeZone)),
    first: { startsAt, endsAt: startsAt.add(length) },
    timeZone,
    except: (series.except ?? []).map((at) => at.add(shift)),
  };
  if (givesExactly({ ...shifted, except: [] }, wanted)) return { series: shifted };
  return { refusal: { code: 'series.day_fixed', facts: { rule: series.rule } } };
}

/** The weekdays turned by so many days, and the week with them where it counts weeks. */
function turned(rule: RecurrenceRule, days: number): RecurrenceRule {
  if (days === 0 || !rule.byDay) return rule;
  const byDay = rule.byDay.map((day) => day.slice(0, -2) + turnedDay(day.slice(-2), days));
  const week = rule.freq === 'WEEKLY' && rule.interval > 1;
  return { ...rule, byDay, ...(week ? { wkst: turnedDay(rule.wkst ?? 'MO', days) } : {}) };
}

function turnedDay(code: string, days: number): string {
  const index = weekdayCodes.findIndex((one) => one === code) + days;
  return weekdayCodes[((index % 7) + 7) % 7] ?? code;
}

/** With the end that leaves as many: other starts may lie in an hour that the clock skips. */
function ending(
  rule: RecurrenceRule,
  starts: readonly Temporal.PlainDateTime[],
  days: number,
  timeZone: string,
): RecurrenceRule {
  if (rule.count !== undefined) {
    return { ...rule, count: starts.filter((start) => !isSkipped(start, timeZone)).length };
  }
  const last = starts.at(-1);
  if (rule.until?.kind === 'date') {
    return { ...rule, until: { kind: 'date', date: rule.until.date.add({ days }) } };
  }
  if (!last) return rule;
  return { ...rule, until: { kind: 'instant', at: firstInstant(last, timeZone) } };
}

// A start that the clock skips is no booking: where the rule ends with one, it may be left out.
function givesExactly(series: Series, wanted: readonly Temporal.PlainDateTime[]): boolean {
  const { occurrences = [] } = expandSeries(series);
  const shown = ({ startsAt }: { readonly startsAt: Temporal.PlainDateTime }) =>
    !isSkipped(startsAt, series.timeZone);
  const given = occurrences.map(({ wall }) => wall).filter(shown);
  const asked = wanted.filter((start) => shown({ startsAt: start }));
  return (
    given.length === asked.length &&
    given.every(({ startsAt }, index) => asked[index]?.equals(startsAt))
  );
}
