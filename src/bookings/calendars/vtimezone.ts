import { contentLine, utcValue, wallValue } from './content-line.js';
import { offsetIn, zoneChanges } from './zone-changes.js';
import type { ZoneChange } from './zone-changes.js';

/** As many years are looked at beyond those asked for: enough to tell "fourth" from "last". */
const yearsAhead = 10;
const weekdayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** Of zones and years: a lab has one zone, and its feeds are asked for every few minutes. */
const mostKnown = 200;
const known = new Map<string, string>();

/**
 * The VTIMEZONE of RFC 5545, 3.6.5, that is right from the start of `fromYear` to the end of
 * `toYear`, and ten years longer. Changes that fall on the same weekday of a month year after year
 * are one sub-component with a yearly rule (open where it still holds at the end); others, as in
 * Morocco, are one each. Programs that know the zone by its name need none of this; some do not.
 * Throws a RangeError for a zone that does not exist.
 */
export function vtimezone(timeZone: string, fromYear: number, toYear: number): string {
  const key = `${timeZone} ${fromYear} ${toYear}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const lastYear = toYear + yearsAhead;
  const runs = runsOf(zoneChanges(timeZone, fromYear, lastYear));
  const text = [
    contentLine('BEGIN', 'VTIMEZONE'),
    contentLine('TZID', timeZone),
    ...runs.map((run) => observance(run, lastYear)),
    ...(runs.length === 0 ? [constant(offsetIn(timeZone, fromYear))] : []),
    contentLine('END', 'VTIMEZONE'),
  ].join('');
  if (known.size >= mostKnown) known.clear();
  known.set(key, text);
  return text;
}

/** The same change in consecutive years, on each of these weekdays of the month: `-1SU`, `4SU`. */
interface Run {
  readonly first: ZoneChange;
  last: ZoneChange;
  days: readonly string[];
}

function runsOf(changes: readonly ZoneChange[]): Run[] {
  const runs: Run[] = [];
  for (const change of changes) {
    const days = daysOf(change);
    const run = runs.find((earlier) => continues(earlier, change, days));
    if (run) {
      run.last = change;
      run.days = run.days.filter((day) => days.includes(day));
    } else {
      runs.push({ first: change, last: change, days });
    }
  }
  return runs;
}

function continues({ last, days }: Run, change: ZoneChange, its: readonly string[]): boolean {
  return (
    last.wall.year === change.wall.year - 1 &&
    last.wall.month === change.wall.month &&
    last.wall.toPlainTime().equals(change.wall.toPlainTime()) &&
    last.from === change.from &&
    last.to === change.to &&
    days.some((day) => its.includes(day))
  );
}

/** How the day of a change may be named, the last of a month before the fourth. */
function daysOf({ wall }: ZoneChange): string[] {
  const code = weekdayCodes[wall.dayOfWeek - 1] ?? '';
  const nth = Math.ceil(wall.day / 7);
  const isLast = wall.day + 7 > wall.daysInMonth;
  return [...(isLast ? [`-1${code}`] : []), ...(nth < 5 ? [`${nth}${code}`] : [])];
}

function observance({ first, last, days }: Run, lastYear: number): string {
  const rule = `FREQ=YEARLY;BYMONTH=${first.wall.month};BYDAY=${days[0]}`;
  const until = `;UNTIL=${utcValue(new Date(last.at.epochMilliseconds))}`;
  return subComponent(
    first.toSummerTime ? 'DAYLIGHT' : 'STANDARD',
    wallValue(first.wall),
    [first.from, first.to],
    first === last ? null : last.wall.year === lastYear ? rule : rule + until,
  );
}

/** For a zone without changes; it begins where computers do. */
function constant(offset: number): string {
  return subComponent('STANDARD', '19700101T000000', [offset, offset], null);
}

function subComponent(
  kind: 'STANDARD' | 'DAYLIGHT',
  startsAt: string,
  [from, to]: readonly [number, number],
  rule: string | null,
): string {
  return [
    contentLine('BEGIN', kind),
    contentLine('DTSTART', startsAt),
    contentLine('TZOFFSETFROM', offsetValue(from)),
    contentLine('TZOFFSETTO', offsetValue(to)),
    rule ? contentLine('RRULE', rule) : '',
    contentLine('END', kind),
  ].join('');
}

/** A UTC-OFFSET, RFC 5545, 3.3.14: `+0530`, `-003044`. */
function offsetValue(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  const digits = parts.map((part) => String(part).padStart(2, '0'));
  return `${seconds < 0 ? '-' : '+'}${digits[0]}${digits[1]}${parts[2] ? digits[2] : ''}`;
}
