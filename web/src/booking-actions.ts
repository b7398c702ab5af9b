import { cancelBooking, moveBooking, undoChange } from './api/bookings';
import { ApiProblem } from './api/problem';
import type { Booking, Interval } from './api/types';
import { slot } from './format';
import { m } from './paraglide/messages.js';
import { notices } from './stores/notices.svelte';
import { workshop } from './stores/workshop.svelte';

/** As long as the server takes a change back. */
const undoMs = 10_000;

/** What notices and labels say of a booking. */
export const bookingFacts = (booking: Interval & { machineId: string }) => ({
  machine: workshop.machineName(booking.machineId) ?? m.the_machine(),
  slot: slot(booking),
});

export async function cancelWithUndo(booking: Booking): Promise<void> {
  workshop.putBooking(await cancelBooking(booking.id));
  sayWithUndo(m.booking_cancelled_notice(bookingFacts(booking)), m.undo_cancel(), booking.id);
}

export async function moveWithUndo(booking: Booking, to: Interval): Promise<void> {
  const moved = await moveBooking(booking, to);
  workshop.putBooking(moved);
  const facts = bookingFacts(moved);
  const text =
    moved.state === 'requested' ? m.booking_moved_requested(facts) : m.booking_moved(facts);
  sayWithUndo(text, m.undo_move(), moved.id);
}

function sayWithUndo(text: string, label: string, id: string): void {
  const run = () =>
    attempt(async () => {
      const back = await undoChange(id);
      workshop.putBooking(back);
      notices.say(m.booking_back(bookingFacts(back)));
    });
  notices.say(text, { label, run }, undoMs);
}

/** An undo that is refused says why, where the undo was. */
function attempt(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    notices.say(error.detail ?? error.title);
  });
}
