import { dayAndMonth, dayOfMonth, hoursFromTo, longDate, weekday } from '../format';
import { m } from '../paraglide/messages.js';
import type { Pattern, Repeat } from './repeat';

/** A year has each date once; beyond it the year is said as well. */
const yearMs = 360 * 86_400_000;

/** What one chooses from; the day is that of the first one. */
export function patternText(pattern: Pattern, first: number): string {
  switch (pattern) {
    case 'never':
      return m.repeat_never();
    case 'daily':
      return m.repeat_daily();
    case 'weekly':
      return m.repeat_weekly({ weekday: weekday(first) });
    case 'fortnightly':
      return m.repeat_fortnightly({ weekday: weekday(first) });
    case 'monthly':
      return m.repeat_monthly({ day: dayOfMonth(first) });
  }
}

/** "8 fois, chaque mardi de 14:00 à 16:00, jusqu’au 19 janvier." `length` in milliseconds. */
export function repeatSentence(
  { pattern }: Repeat,
  starts: readonly number[],
  length: number,
): string {
  const first = starts[0];
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return '';
  const facts = {
    count: starts.length,
    hours: hoursFromTo({ startsAt: iso(first), endsAt: iso(first + length) }),
    last: last - first > yearMs ? longDate(last) : dayAndMonth(last),
  };
  switch (pattern) {
    case 'never':
      return '';
    case 'daily':
      return m.repeat_says_daily(facts);
    case 'weekly':
      return m.repeat_says_weekly({ ...facts, weekday: weekday(first) });
    case 'fortnightly':
      return m.repeat_says_fortnightly({ ...facts, weekday: weekday(first) });
    case 'monthly':
      return m.repeat_says_monthly({ ...facts, day: dayOfMonth(first) });
  }
}

const iso = (at: number) => new Date(at).toISOString();
