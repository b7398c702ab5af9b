import { Temporal } from 'temporal-polyfill';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Recurring bookable time in the lab's wall time; `closes` up to 24:00, or past midnight when ≤ `opens`. */
export type OpeningHours = readonly {
  readonly days: readonly Weekday[];
  readonly opens: string;
  readonly closes: string;
}[];

/** Half-open, in UTC instants. */
export interface Interval {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/**
 * The open intervals that touch `[from, to)`, cut to it, in order and merged where they meet.
 * Wall times follow the zone through summer time: a day may have 23 or 25 hours.
 */
export function openIntervals(
  hours: OpeningHours | 'around_the_clock',
  timeZone: string,
  within: Interval,
  closures: readonly Interval[] = [],
): Interval[] {
  const open = hours === 'around_the_clock' ? [within] : recurring(hours, timeZone, within);
  return subtract(merged(open), merged(closures));
}

function recurring(hours: OpeningHours, timeZone: string, within: Interval): Interval[] {
  const zoned = (at: Date) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  // A day before, since hours past midnight reach into the first day.
  let day = zoned(within.startsAt).toPlainDate().subtract({ days: 1 });
  const last = zoned(within.endsAt).toPlainDate();
  const found: Interval[] = [];
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    const name = weekdays[day.dayOfWeek - 1];
    for (const { days, opens, closes } of hours) {
      if (name === undefined || !days.includes(name)) continue;
      const startsAt = instantOf(day, opens, timeZone);
      const endsAt = instantOf(closes > opens ? day : day.add({ days: 1 }), closes, timeZone);
      const cut = intersection({ startsAt, endsAt }, within);
      if (cut) found.push(cut);
    }
  }
  return found;
}

function instantOf(day: Temporal.PlainDate, time: string, timeZone: string): Date {
  const midnightAfter = time === '24:00';
  const zoned = (midnightAfter ? day.add({ days: 1 }) : day).toZonedDateTime({
    timeZone,
    plainTime: midnightAfter ? '00:00' : time,
  });
  return new Date(zoned.epochMilliseconds);
}

export function intersection(a: Interval, b: Interval): Interval | null {
  const startsAt = a.startsAt > b.startsAt ? a.startsAt : b.startsAt;
  const endsAt = a.endsAt < b.endsAt ? a.endsAt : b.endsAt;
  return startsAt < endsAt ? { startsAt, endsAt } : null;
}

export function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (last && interval.startsAt <= last.endsAt) {
      const endsAt = interval.endsAt > last.endsAt ? interval.endsAt : last.endsAt;
      result[result.length - 1] = { startsAt: last.startsAt, endsAt };
    } else {
      result.push(interval);
    }
  }
  return result;
}

/** What of `open` no interval of `taken` covers; both merged and in order. */
export function subtract(open: readonly Interval[], taken: readonly Interval[]): Interval[] {
  return open.flatMap((interval) => {
    const rest: Interval[] = [];
    let from = interval.startsAt;
    for (const hole of taken) {
      if (hole.endsAt <= from || hole.startsAt >= interval.endsAt) continue;
      if (hole.startsAt > from) rest.push({ startsAt: from, endsAt: hole.startsAt });
      from = hole.endsAt;
    }
    if (from < interval.endsAt) rest.push({ startsAt: from, endsAt: interval.endsAt });
    return rest;
  });
}

export function covers(open: readonly Interval[], wanted: Interval): boolean {
  return open.some(
    ({ startsAt, endsAt }) => startsAt <= wanted.startsAt && wanted.endsAt <= endsAt,
  );
}
