import { Temporal } from 'temporal-polyfill';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';
import { parseRule, ruleText } from './recurrence-rule.rules.js';
import type { RecurrenceRule } from './recurrence-rule.rules.js';
import type { SeriesRefusal } from './series-rule.rules.js';
import { firstInstant, isSkipped } from './wall-time.rules.js';

export type Split =
  | {
      /** Null where the split is at the first occurrence: nothing is left before it. */
      readonly before: Series | null;
      readonly following: Series;
      readonly refusal?: never;
    }
  | { readonly before?: never; readonly following?: never; readonly refusal: SeriesRefusal };

/**
 * "This and following": the series in two at the occurrence that starts at `at`, so that the
 * second may be changed or cancelled while the first stays as it was. Together they give the
 * occurrences of the whole.
 *
 * The first ends by an UNTIL one second before `at` (inclusive, in UTC: RFC 5545, 3.3.10); the
 * second begins at `at`, with what COUNT has left, or with the same UNTIL. Every occurrence lies
 * in a period that INTERVAL keeps, so the second need not know where the first began.
 *
 * Refusals: those of `expandSeries`; `series.occurrence_unknown` {date}.
 */
export function splitSeries(series: Series, at: Temporal.PlainDateTime): Split {
  // An occurrence that does not take place is still one at which the series can be split.
  const { occurrences, refusal } = expandSeries({ ...series, except: [] });
  if (refusal) return { refusal };
  const index = occurrences.findIndex(({ wall }) => wall.startsAt.equals(at));
  const from = occurrences[index]?.wall;
  const { rule } = parseRule(series.rule);
  if (!from || !rule) return unknownOccurrence(at);

  const counted = occurrences
    .slice(0, index)
    .filter(({ wall }) => !isSkipped(wall.startsAt, series.timeZone));
  const isBefore = (start: Temporal.PlainDateTime) => Temporal.PlainDateTime.compare(start, at) < 0;
  const { except = [], timeZone, first } = series;
  const part = (text: string, begins: typeof first, excepted: Temporal.PlainDateTime[]) => ({
    rule: text,
    first: begins,
    timeZone,
    except: excepted,
  });
  return {
    before:
      index === 0 ? null : part(endingBefore(rule, at, timeZone), first, except.filter(isBefore)),
    following: part(
      remaining(rule, counted.length),
      from,
      except.filter((start) => !isBefore(start)),
    ),
  };
}

function endingBefore(
  { count: _count, ...rule }: RecurrenceRule,
  at: Temporal.PlainDateTime,
  timeZone: string,
): string {
  const last = firstInstant(at, timeZone).subtract({ seconds: 1 });
  return ruleText({ ...rule, until: { kind: 'instant', at: last } });
}

function remaining(rule: RecurrenceRule, taken: number): string {
  return ruleText(rule.count === undefined ? rule : { ...rule, count: rule.count - taken });
}

function unknownOccurrence(at: Temporal.PlainDateTime): Split {
  const date = at.toPlainDate().toString();
  return { refusal: { code: 'series.occurrence_unknown', facts: { date } } };
}
