import type { Interval } from './api/types';
import { dayKey } from './format';

const dayMs = 86_400_000;

/** The instant of a wall time in a zone. A time that a clock change skips moves with the change. */
export function instantOf(date: string, zone: string, hour = 0): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + hour * 3_600_000;
  // Twice, because the offset at the first guess may be that of the other side of a clock change.
  const guess = wanted - offsetAt(wanted, zone);
  return Math.round(wanted - offsetAt(guess, zone));
}

const wallClocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  wallClocks.set(zone, format);
  return format;
}

/** Milliseconds by which the wall clock of the zone is ahead of UTC at an instant. */
export function offsetAt(instant: number, zone: string): number {
  const parts = wallClock(zone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(instant / 1_000) * 1_000;
}

export interface LabDay extends Interval {
  /** "2026-11-24" in the lab's zone. */
  date: string;
  /** The Monday of its week, in the same form. */
  week: string;
}

/** `count` days of the lab from the day of `now`. Days of 23 and 25 hours are what they are. */
export function labDays(now: number, count: number, zone: string): LabDay[] {
  return daysFrom(dayKey(now), count, zone);
}

/** `count` days of the lab from a date of its own. */
export function daysFrom(first: string, count: number, zone: string): LabDay[] {
  const today = Date.parse(`${first}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(today + index * dayMs);
    const date = at.toISOString().slice(0, 10);
    const next = new Date(today + (index + 1) * dayMs).toISOString().slice(0, 10);
    const monday = new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * dayMs);
    return {
      date,
      week: monday.toISOString().slice(0, 10),
      startsAt: new Date(instantOf(date, zone)).toISOString(),
      endsAt: new Date(instantOf(next, zone)).toISOString(),
    };
  });
}

/** Seconds of `open` that fall within `window`. */
export function secondsWithin(open: Interval[], window: Interval): number {
  const from = Date.parse(window.startsAt);
  const to = Date.parse(window.endsAt);
  return open.reduce((sum, { startsAt, endsAt }) => {
    const overlap = Math.min(to, Date.parse(endsAt)) - Math.max(from, Date.parse(startsAt));
    return sum + Math.max(0, overlap) / 1_000;
  }, 0);
}

/** In order of first appearance. */
export function groupBy<T, K>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
