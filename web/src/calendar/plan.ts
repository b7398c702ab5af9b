import type { Booking } from '../api/types';
import { daysLater } from './wall';
import type { Ghost } from './ghost';

/** What the form begins with: a new booking, or the new times of one that exists. */
export interface Plan extends Ghost {
  purpose: string | null;
}

export const planOf = (booking: Booking): Plan => ({
  machineId: booking.machineId,
  bookingId: booking.id,
  purpose: booking.purpose,
  from: Date.parse(booking.startsAt),
  to: Date.parse(booking.endsAt),
});

/** The same once more, at the same wall time in the first coming week that is still ahead. */
export function repeatOf(booking: Booking, now: number, zone: string): Plan {
  const plan = planOf(booking);
  let from = daysLater(plan.from, 7, zone);
  for (let weeks = 2; from <= now; weeks += 1) from = daysLater(plan.from, 7 * weeks, zone);
  return { ...plan, bookingId: null, from, to: from + plan.to - plan.from };
}
