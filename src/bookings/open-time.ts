import { intersection, merged, openIntervals, subtract } from '../machines/opening-hours.rules.js';
import type { Interval, OpeningHours } from '../machines/opening-hours.rules.js';

type Hours = OpeningHours | 'around_the_clock';

const dayMs = 86_400_000;
/** Of each, so that what was asked once does not stay for ever. */
const mostHours = 200;
const mostDays = 1_000;

const known = new Map<string, Map<number, readonly Interval[]>>();

/**
 * `openIntervals`, remembered by days of UTC: wall-time arithmetic is most of what an answer
 * costs, and the hours of a lab rarely change. What they are is part of the key.
 */
export function openTime(
  hours: Hours,
  timeZone: string,
  within: Interval,
  closures: readonly Interval[] = [],
): Interval[] {
  if (hours === 'around_the_clock') return openIntervals(hours, timeZone, within, closures);
  const days = daysOf(`${timeZone} ${JSON.stringify(hours)}`);
  const open: Interval[] = [];
  const first = Math.floor(within.startsAt.getTime() / dayMs) * dayMs;
  for (let day = first; day < within.endsAt.getTime(); day += dayMs) {
    for (const interval of openOn(day, days, hours, timeZone)) {
      const cut = intersection(interval, within);
      if (cut) open.push(cut);
    }
  }
  // Hours past midnight in UTC meet again where the days meet.
  return subtract(merged(open), merged(closures));
}

function daysOf(key: string): Map<number, readonly Interval[]> {
  const days = known.get(key);
  if (days) return days;
  if (known.size >= mostHours) known.clear();
  const none = new Map<number, readonly Interval[]>();
  known.set(key, none);
  return none;
}

function openOn(
  day: number,
  days: Map<number, readonly Interval[]>,
  hours: Hours,
  timeZone: string,
): readonly Interval[] {
  const remembered = days.get(day);
  if (remembered) return remembered;
  if (days.size >= mostDays) days.clear();
  const within = { startsAt: new Date(day), endsAt: new Date(day + dayMs) };
  const open = openIntervals(hours, timeZone, within);
  days.set(day, open);
  return open;
}
