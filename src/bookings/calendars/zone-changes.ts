import { Temporal } from 'temporal-polyfill';

/** A moment at which a zone's offset from UTC changes. */
export interface ZoneChange {
  readonly at: Temporal.Instant;
  /** What the clock shows just then, not yet put forward or back. */
  readonly wall: Temporal.PlainDateTime;
  /** Seconds east of UTC, before and after. */
  readonly from: number;
  readonly to: number;
  /** Whether summer time begins: a later offset that does not last a year. */
  readonly toSummerTime: boolean;
}

/**
 * The changes of a zone in these years, itself included, after the one that made the offset with
 * which the first year begins; from the zone data of the runtime, so that they agree with what
 * everything else here is computed by. None where the offset never changed and will not.
 */
export function zoneChanges(timeZone: string, fromYear: number, toYear: number): ZoneChange[] {
  const start = Temporal.PlainDate.from({ year: fromYear, month: 1, day: 1 });
  const begin = start.toZonedDateTime(timeZone);
  // A change at this very moment is one that made the offset.
  const before = begin.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const found: Temporal.ZonedDateTime[] = before ? [before] : [];
  let next = begin.getTimeZoneTransition('next');
  for (; next && next.year <= toYear; next = next.getTimeZoneTransition('next')) found.push(next);
  return found.map((change, index) => changeAt(change, found[index + 1] ?? next));
}

function changeAt(after: Temporal.ZonedDateTime, next: Temporal.ZonedDateTime | null): ZoneChange {
  const from = after.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1e9;
  const to = after.offsetNanoseconds / 1e9;
  const lasts = next ? after.until(next, { largestUnit: 'hours' }).hours / 24 : Infinity;
  return {
    at: after.toInstant(),
    wall: after.toPlainDateTime().subtract({ seconds: to - from }),
    from,
    to,
    toSummerTime: to > from && lasts < 366,
  };
}

/** The offset of a zone at the start of a year, in seconds east of UTC. */
export function offsetIn(timeZone: string, year: number): number {
  const start = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  return start.toZonedDateTime(timeZone).offsetNanoseconds / 1e9;
}
