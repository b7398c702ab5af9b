import { bookingStates, bookingTransitions } from './booking.states.js';
import type { BookingState } from './booking.states.js';

describe('booking states', () => {
  const reachable = (from: BookingState): Set<BookingState> => {
    const seen = new Set<BookingState>([from]);
    for (const state of seen) bookingTransitions[state].forEach((next) => seen.add(next));
    return seen;
  };
  const initial: BookingState[] = ['requested', 'confirmed'];

  it('are all reachable from a fresh booking', () => {
    const all = new Set(initial.flatMap((state) => [...reachable(state)]));
    expect([...all].sort()).toEqual([...bookingStates].sort());
  });

  it('can all come to an end', () => {
    for (const state of bookingStates) {
      const ends = [...reachable(state)].filter((next) => bookingTransitions[next].length === 0);
      expect(ends).not.toHaveLength(0);
    }
  });
});
