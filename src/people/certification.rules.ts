import { Temporal } from 'temporal-polyfill';

/** Days of a lab's calendar, both included; null: without end. */
export interface ValidDays {
  readonly from: string;
  readonly until: string | null;
}

/**
 * Whether some certification holds on every day that `[startsAt, endsAt)` touches in that zone.
 * One may follow on another.
 */
export function certifiedThroughout(
  valid: readonly ValidDays[],
  timeZone: string,
  wanted: { readonly startsAt: Date; readonly endsAt: Date },
): boolean {
  const last = dayIn(timeZone, wanted.endsAt.getTime() - 1);
  let day = dayIn(timeZone, wanted.startsAt.getTime());
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    if (!valid.some((days) => holdsOn(days, day))) return false;
    day = day.add({ days: 1 });
  }
  return true;
}

/** The last day of a certification given for that long: P1Y from 1 January ends 31 December. */
export function lastDay(from: string, validFor: string | null): string | null {
  if (validFor === null) return null;
  return Temporal.PlainDate.from(from).add(validFor).subtract({ days: 1 }).toString();
}

function holdsOn({ from, until }: ValidDays, day: Temporal.PlainDate): boolean {
  // Days as ISO 8601 writes them sort as they follow on one another.
  const at = day.toString();
  return from <= at && (until === null || at <= until);
}

function dayIn(timeZone: string, at: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}
