import { Temporal } from 'temporal-polyfill';

/** A clock on a wall: what it shows when. Instants are milliseconds since 1970 in UTC. */
export interface CalendarZone {
  /** The first instant where two show it; a skipped time has the offset before the gap. */
  instantOf(wall: Temporal.PlainDateTime): number;
  wallAt(instant: number): Temporal.PlainDateTime;
}

/** A zone of the runtime; null where it knows none of that name. */
export function namedZone(name: string): CalendarZone | null {
  const known = isKnown(name);
  if (!known) return null;
  return {
    instantOf: (wall) => wall.toZonedDateTime(name).epochMilliseconds,
    wallAt: (instant) =>
      Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name).toPlainDateTime(),
  };
}

function isKnown(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** A change of offset: from `at` on, the clock is `offset` milliseconds ahead of UTC. */
export interface OffsetChange {
  readonly at: number;
  readonly offset: number;
}

/** A zone by its changes, in order, and the offset before the first. */
export class OffsetZone implements CalendarZone {
  constructor(
    private readonly before: number,
    private readonly changes: readonly OffsetChange[],
  ) {}

  instantOf(wall: Temporal.PlainDateTime): number {
    const shown = utcOf(wall);
    // No offset is longer than a day, so these two are those on either side of a change.
    const former = this.offsetAt(shown - dayMs);
    const latter = this.offsetAt(shown + dayMs);
    const fits = (offset: number) => this.offsetAt(shown - offset) === offset;
    return shown - (!fits(former) && fits(latter) ? latter : former);
  }

  wallAt(instant: number): Temporal.PlainDateTime {
    return wallOf(instant + this.offsetAt(instant));
  }

  private offsetAt(instant: number): number {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.changes[middle]!.at <= instant) low = middle + 1;
      else high = middle;
    }
    return this.changes[low - 1]?.offset ?? this.before;
  }
}

const dayMs = 86_400_000;

/** As if the wall were in UTC. */
export function utcOf(wall: Temporal.PlainDateTime): number {
  return wall.toZonedDateTime('UTC').epochMilliseconds;
}

export function wallOf(shown: number): Temporal.PlainDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(shown);
  return instant.toZonedDateTimeISO('UTC').toPlainDateTime();
}
