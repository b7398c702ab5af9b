import { Temporal } from 'temporal-polyfill';
import type { OffsetChange } from './calendar-zone.js';

/**
 * The clock of a zone between two instants, its changes of offset looked up once: a feed asks for
 * thousands of wall times, and Temporal takes longer for one than all the rest of an event.
 */
export class WallClock {
  private readonly before: number;
  private readonly changes: OffsetChange[] = [];

  /** Throws a RangeError for a zone that does not exist. */
  constructor(timeZone: string, from: Date, to: Date) {
    // A time shown twice is known by the change shortly before it.
    const begin = Temporal.Instant.fromEpochMilliseconds(from.getTime() - dayMs);
    let at: Temporal.ZonedDateTime | null = begin.toZonedDateTimeISO(timeZone);
    this.before = offsetOf(at);
    while ((at = at.getTimeZoneTransition('next')) && at.epochMilliseconds <= to.getTime()) {
      this.changes.push({ at: at.epochMilliseconds, offset: offsetOf(at) });
    }
  }

  /** A DATE-TIME without a zone of its own, forms 1 and 3 of RFC 5545, 3.3.5: `20270328T013000`. */
  wallValue(at: Date): string {
    const shown = new Date(at.getTime() + this.offsetBefore(at.getTime() + 1));
    return shown.toISOString().slice(0, 19).replace(/[-:]/g, '');
  }

  /** Whether its wall time means this instant; of two equal ones that is the first. */
  names(instant: Date): boolean {
    const change = this.changes.findLast(({ at }) => at <= instant.getTime());
    if (!change) return true;
    const repeated = this.offsetBefore(change.at) - change.offset;
    return instant.getTime() - change.at >= repeated;
  }

  private offsetBefore(instant: number): number {
    return this.changes.findLast(({ at }) => at < instant)?.offset ?? this.before;
  }
}

const dayMs = 86_400_000;

function offsetOf({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return offsetNanoseconds / 1e6;
}
