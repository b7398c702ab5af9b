import type { Temporal } from 'temporal-polyfill';

/** Half-open, as the lab's clock on the wall shows it. */
export interface WallInterval {
  readonly startsAt: Temporal.PlainDateTime;
  readonly endsAt: Temporal.PlainDateTime;
}

/** Whether the clock never shows this time, since it was put forward over it. */
export function isSkipped(wall: Temporal.PlainDateTime, timeZone: string): boolean {
  return !wall.toZonedDateTime(timeZone).toPlainDateTime().equals(wall);
}

/**
 * The instant at which the clock shows this, the first where it does so twice; a skipped time is
 * read with the offset before the gap. This is how RFC 5545, 3.3.5, reads a local time.
 */
export function firstInstant(wall: Temporal.PlainDateTime, timeZone: string): Temporal.Instant {
  return wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant();
}

/** The same, but the last where the clock shows it twice. */
export function lastInstant(wall: Temporal.PlainDateTime, timeZone: string): Temporal.Instant {
  return wall.toZonedDateTime(timeZone, { disambiguation: 'later' }).toInstant();
}
