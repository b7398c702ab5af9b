/** The life of a wish on the waiting list. */
export const wishStates = [
  'waiting', // in line
  'offered', // a slot is held for the member until the offer ends
  'taken', // the offer became a booking
  'withdrawn', // the member left the line
] as const;
export type WishState = (typeof wishStates)[number];

export const wishTransitions = {
  waiting: ['offered', 'withdrawn'],
  // An offer let pass leaves the wish in line, for other time.
  offered: ['taken', 'waiting', 'withdrawn'],
  taken: [],
  withdrawn: [],
} as const satisfies Record<WishState, readonly WishState[]>;
