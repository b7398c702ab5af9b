import { Temporal } from 'temporal-polyfill';
import type { Interval } from '../../machines/opening-hours.rules.js';
import type { ChangeRequest } from '../change-booking.js';
import { isToCome, within } from './locked-series.js';
import type { LockedOccurrence, LockedSeries } from './locked-series.js';
import { occurrenceOf } from './recurrence.rules.js';
import type { Occurrence } from './recurrence.rules.js';
import type { WideScope } from './scope.js';
import type { WallChange } from './shift-series.rules.js';
import { wallEnd, wallOf, wallStart } from './wanted-series.js';
import type { WallInterval } from './wall-time.rules.js';

type AskedTimes = Pick<ChangeRequest, 'startsAt' | 'endsAt' | 'duration'>;

/** What the asked times of the named booking say of the others. */
export interface AskedChange {
  /** Null: the start stays. */
  readonly shift: Temporal.Duration | null;
  /** Null: each as long as it is. */
  readonly length: Temporal.Duration | null;
}

const inHours = { largestUnit: 'hour' } as const;

/** On the clock, from where the rule has the named one. @throws series.doubled_hour */
export function askedChange(
  { series: { timeZone }, named }: LockedSeries,
  { startsAt, endsAt, duration }: AskedTimes,
): AskedChange {
  const starts =
    startsAt && !isSame(startsAt, named.startsAt) ? wallStart(startsAt, timeZone) : null;
  const shift = starts && named.at.until(starts, inHours);
  if (endsAt && (starts || !isSame(endsAt, named.endsAt))) {
    const from = starts ?? wallOf(named.startsAt, timeZone);
    return { shift, length: from.until(wallEnd(endsAt, timeZone), inHours) };
  }
  const length = duration === null ? null : Temporal.Duration.from({ seconds: duration });
  return { shift, length };
}

/** What changes of the rule and of its first occurrence; null: nothing. */
export function changeOfRule(
  { series: { first } }: LockedSeries,
  { shift, length }: AskedChange,
): WallChange | null {
  const present = first.startsAt.until(first.endsAt, inHours);
  const same = length === null || Temporal.Duration.compare(length, present) === 0;
  if ((shift?.sign ?? 0) === 0 && same) return null;
  return { shift: shift ?? new Temporal.Duration(), length: length ?? present };
}

/** An occurrence to come, with where it is to go. */
export interface MovedOccurrence {
  readonly present: LockedOccurrence;
  readonly wanted: Occurrence;
}

/**
 * Those that the change moves: what is to come and still lies where the rule has it, and the named
 * one. One that was moved alone was moved for a reason, and stays.
 */
export function movedOccurrences(
  locked: LockedSeries,
  scope: WideScope,
  { shift, length }: AskedChange,
): MovedOccurrence[] {
  if (shift === null && length === null) return [];
  const { first, timeZone } = locked.series;
  const lengthOfRule = first.startsAt.until(first.endsAt, inHours);
  return within(locked, scope).flatMap((present) => {
    const byRule = wallFrom(present.at, lengthOfRule);
    const follows = isSameInterval(occurrenceOf(byRule, timeZone).interval, present);
    if (!isToCome(present) || !(follows || present.id === locked.named.id)) return [];
    const stands = follows ? byRule : wallsOf(present, timeZone);
    const startsAt = shift ? present.at.add(shift) : stands.startsAt;
    const lasts = length ?? stands.startsAt.until(stands.endsAt, inHours);
    const wanted = occurrenceOf(wallFrom(startsAt, lasts), timeZone);
    return isSameInterval(wanted.interval, present) ? [] : { present, wanted };
  });
}

/** From which occurrence on the series changes: before it nothing that has begun is touched. */
export function changesFrom(
  { series, named, bookings }: LockedSeries,
  scope: WideScope,
): Temporal.PlainDateTime {
  if (scope === 'following') return named.at;
  const next = bookings.find(isToCome)?.at ?? named.at;
  const isEarlier = ({ at }: LockedOccurrence) => Temporal.PlainDateTime.compare(at, next) < 0;
  const begun = bookings.some((one) => one.begun && isEarlier(one));
  return begun ? next : series.first.startsAt;
}

function wallFrom(startsAt: Temporal.PlainDateTime, length: Temporal.Duration): WallInterval {
  return { startsAt, endsAt: startsAt.add(length) };
}

function wallsOf({ startsAt, endsAt }: Interval, timeZone: string): WallInterval {
  return { startsAt: wallOf(startsAt, timeZone), endsAt: wallOf(endsAt, timeZone) };
}

function isSame(a: Date, b: Date): boolean {
  return a.getTime() === b.getTime();
}

function isSameInterval(a: Interval | null, b: Interval): boolean {
  return a !== null && isSame(a.startsAt, b.startsAt) && isSame(a.endsAt, b.endsAt);
}
