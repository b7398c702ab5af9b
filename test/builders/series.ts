import { Temporal } from 'temporal-polyfill';

const zoned = (day: string | Temporal.PlainDate, time: string, timeZone: string) =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: time });

/** The instant at which the clock of that zone shows this: `2027-03-28`, `01:00`. */
export function wallAt(
  day: string | Temporal.PlainDate,
  time: string,
  timeZone = 'Europe/Paris',
): string {
  return new Date(zoned(day, time, timeZone).epochMilliseconds).toISOString();
}

/** Monday of a week to come, on the clocks of Paris: so many whole weeks away, one at least. */
export function comingMonday(weeks = 1, timeZone = 'Europe/Paris'): Temporal.PlainDate {
  const today = Temporal.Now.plainDateISO(timeZone);
  return today.add({ days: 8 - today.dayOfWeek }).add({ weeks: weeks - 1 });
}
