import { Temporal } from 'temporal-polyfill';
import type { Interval } from '../../machines/opening-hours.rules.js';
import { DomainError } from '../../platform/problems/problem.js';
import { expandSeries } from './recurrence.rules.js';
import type { Occurrence, Series } from './recurrence.rules.js';
import './series.problems.js';
import { firstInstant, lastInstant } from './wall-time.rules.js';
import type { WallInterval } from './wall-time.rules.js';

/**
 * What the lab's clock shows at both ends. An instant that the wall time would not lead back to,
 * in the hour that the clock shows twice, is not moved in silence. @throws series.doubled_hour
 */
export function wallInterval({ startsAt, endsAt }: Interval, timeZone: string): WallInterval {
  return { startsAt: wallStart(startsAt, timeZone), endsAt: wallEnd(endsAt, timeZone) };
}

export function wallStart(at: Date, timeZone: string): Temporal.PlainDateTime {
  const wall = wallOf(at, timeZone);
  requireSame(at, firstInstant(wall, timeZone), wall);
  return wall;
}

export function wallEnd(at: Date, timeZone: string): Temporal.PlainDateTime {
  const wall = wallOf(at, timeZone);
  requireSame(at, lastInstant(wall, timeZone), wall);
  return wall;
}

export function wallOf(at: Date, timeZone: string): Temporal.PlainDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(at.getTime());
  return instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
}

function requireSame(asked: Date, read: Temporal.Instant, wall: Temporal.PlainDateTime): void {
  if (asked.getTime() === read.epochMilliseconds) return;
  const date = wall.toPlainDate().toString();
  const time = wall.toPlainTime().toString({ smallestUnit: 'minute' });
  throw new DomainError('series.doubled_hour', { date, time });
}

/** @throws the refusals of `expandSeries` */
export function occurrencesOf(series: Series): readonly Occurrence[] {
  const { occurrences, refusal } = expandSeries(series);
  if (refusal) throw new DomainError(refusal.code, refusal.facts);
  return occurrences;
}
