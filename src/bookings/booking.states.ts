/** The life of a booking, and why each state exists. */
export const bookingStates = [
  'requested', // holds the slot until a manager decides or the hold runs out
  'confirmed', // the slot is the member's
  'checked_in', // the member, or the job's own start, is using the machine
  'completed', // used and ended; what was left of the slot is free
  'rejected', // a manager said no
  'cancelled', // the member or staff gave it up
  'expired', // nobody decided in time
  'missed', // nobody came; the rest was freed
] as const;
export type BookingState = (typeof bookingStates)[number];

export const bookingTransitions = {
  requested: ['confirmed', 'rejected', 'cancelled', 'expired'],
  // A member's move of what a manager approved is asked anew.
  confirmed: ['requested', 'checked_in', 'cancelled', 'missed'],
  checked_in: ['completed'],
  completed: [],
  rejected: [],
  cancelled: [],
  expired: [],
  missed: [],
} as const satisfies Record<BookingState, readonly BookingState[]>;

/** What may occupy a machine; all but `booking` are made by staff or by the waiting list. */
export const calendarKinds = ['booking', 'offer', 'maintenance', 'outage'] as const;
export type CalendarKind = (typeof calendarKinds)[number];

/** The states in which a booking occupies its machine. The exclusion constraint names the same. */
export const occupyingStates = ['requested', 'confirmed', 'checked_in', 'completed'] as const;

/** The states from which one may go to `to`. */
export function sourcesOf(to: BookingState): BookingState[] {
  return bookingStates.filter((from) =>
    (bookingTransitions[from] as readonly BookingState[]).includes(to),
  );
}
