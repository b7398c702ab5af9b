import type { Booking, Interval, Lab, Machine } from '../api/types';
import { daysFrom, type LabDay } from '../days';
import { openingsOn } from '../opening';

export type View = 'day' | 'week' | 'list';

/** What a page of the calendar shows: whole days of the lab, of 23 to 25 hours each. */
export interface CalendarWindow {
  view: View;
  from: number;
  to: number;
  days: LabDay[];
}

/** The day of `date`, or its week from Monday on. */
export function windowOf(date: string, view: View, zone: string): CalendarWindow {
  const [day] = daysFrom(date, 1, zone);
  const days = view === 'week' ? daysFrom(day?.week ?? date, 7, zone) : daysFrom(date, 1, zone);
  const from = Date.parse(days[0]?.startsAt ?? '');
  return { view, days, from, to: Date.parse(days.at(-1)?.endsAt ?? '') };
}

/** Where an instant lies in the window: 0 at its beginning, 1 at its end. */
export function share(at: number, { from, to }: CalendarWindow): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** Left edge and width of an interval, as CSS lengths. */
export function placeOf(interval: Interval, window: CalendarWindow): string {
  const left = share(Date.parse(interval.startsAt), window);
  const right = share(Date.parse(interval.endsAt), window);
  return `left: ${left * 100}%; width: ${(right - left) * 100}%`;
}

/** Every full hour of elapsed time, so that a day of 25 hours has 25 of them. */
export function hoursOf({ from, to }: CalendarWindow): number[] {
  const hourMs = 3_600_000;
  return Array.from(
    { length: Math.round((to - from) / hourMs) },
    (_, hour) => from + hour * hourMs,
  );
}

const shown: readonly Booking['state'][] = [
  'requested',
  'confirmed',
  'checked_in',
  'completed',
  'busy',
];

/** What takes the machine's time in the window, soonest first. */
export function takenIn(
  bookings: Iterable<Booking>,
  machineId: string,
  { from, to }: { from: number; to: number },
): Booking[] {
  return [...bookings]
    .filter((one) => one.machineId === machineId && shown.includes(one.state))
    .filter((one) => Date.parse(one.startsAt) < to && Date.parse(one.endsAt) > from)
    .sort((a, b) => a.startsAt.localeCompare(b.startsAt));
}

/** When the machine is open around the window; touching intervals are one. */
export function openIn(machine: Machine, lab: Lab, from: number, to: number): Interval[] {
  const date = new Date(from - 86_400_000).toISOString().slice(0, 10);
  // From two days before, whose hours may reach past midnight.
  const days = daysFrom(date, Math.ceil((to - from) / 86_400_000) + 3, lab.timeZone);
  const merged: Interval[] = [];
  const openings = days.flatMap((day) => openingsOn(day, machine, lab));
  for (const open of openings.sort((a, b) => a.startsAt.localeCompare(b.startsAt))) {
    const last = merged.at(-1);
    if (last !== undefined && open.startsAt <= last.endsAt) {
      if (open.endsAt > last.endsAt) last.endsAt = open.endsAt;
    } else merged.push({ ...open });
  }
  return merged.filter((one) => Date.parse(one.endsAt) > from && Date.parse(one.startsAt) < to);
}

/** The rest of the window: what is to be shaded. */
export function closedIn(machine: Machine, lab: Lab, { from, to }: CalendarWindow): Interval[] {
  const closed: Interval[] = [];
  let at = from;
  for (const { startsAt, endsAt } of openIn(machine, lab, from, to)) {
    if (Date.parse(startsAt) > at) closed.push({ startsAt: iso(at), endsAt: startsAt });
    at = Math.max(at, Date.parse(endsAt));
  }
  if (at < to) closed.push({ startsAt: iso(at), endsAt: iso(to) });
  return closed;
}

export const iso = (at: number) => new Date(at).toISOString();
