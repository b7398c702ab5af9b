import type { Interval, Lab, Machine, OpeningHours } from './api/types';
import { instantOf, labDays } from './days';
import type { LabDay } from './days';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const searched = 14;

/** When a machine is open on a day of its lab, closures taken out. Nobody's booking counts here. */
export function openingsOn(day: LabDay, machine: Machine, lab: Lab): Interval[] {
  const hours = machine.openingHours ?? lab.openingHours;
  const open = hours === 'around_the_clock' ? [day] : recurring(day.date, hours, lab.timeZone);
  return [...lab.closures, ...machine.closures].reduce<Interval[]>(without, open);
}

/** Null while the machine is open; else the instant at which it opens, or "never" in the next days. */
export function closedUntil(machine: Machine, lab: Lab, now: number): number | 'never' | null {
  // From the day before, whose hours may reach past midnight.
  const days = labDays(now - 86_400_000, searched + 1, lab.timeZone);
  const coming = days
    .flatMap((day) => openingsOn(day, machine, lab))
    .filter(({ endsAt }) => Date.parse(endsAt) > now)
    .map(({ startsAt }) => Date.parse(startsAt));
  if (coming.length === 0) return 'never';
  const first = Math.min(...coming);
  return first <= now ? null : first;
}

function recurring(date: string, hours: OpeningHours[], zone: string): Interval[] {
  const name = weekdays[new Date(date).getUTCDay()];
  return hours
    .filter(({ days }) => name !== undefined && days.includes(name))
    .map(({ opens, closes }) => {
      const from = hourOf(opens);
      // Closing at or before the opening means on the next day.
      const to = hourOf(closes) > from ? hourOf(closes) : hourOf(closes) + 24;
      return { startsAt: iso(instantOf(date, zone, from)), endsAt: iso(instantOf(date, zone, to)) };
    });
}

function without(open: Interval[], closure: Interval): Interval[] {
  return open
    .flatMap(({ startsAt, endsAt }) => [
      { startsAt, endsAt: earlier(endsAt, closure.startsAt) },
      { startsAt: later(startsAt, closure.endsAt), endsAt },
    ])
    .filter(({ startsAt, endsAt }) => startsAt < endsAt);
}

const earlier = (a: string, b: string) => (a < b ? a : b);
const later = (a: string, b: string) => (a > b ? a : b);
const iso = (at: number) => new Date(at).toISOString();

/** "09:30" as 9.5 */
function hourOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) + (minutes ?? 0) / 60;
}
