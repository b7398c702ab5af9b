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
  sayWithUndo(m.booking_cancelled_notice(bookingFacts(booking)), m.undo_cancel(), booking);
}

export async function moveWithUndo(booking: Booking, to: Interval): Promise<void> {
  const moved = await moveBooking(booking, to);
  workshop.putBooking(moved);
  const facts = bookingFacts(moved);
  const text =
    moved.state === 'requested' ? m.booking_moved_requested(facts) : m.booking_moved(facts);
  sayWithUndo(text, m.undo_move(), booking);
}

/** `before`: the booking as it was, which is what the undo asks for. */
function sayWithUndo(text: string, label: string, before: Booking): void {
  notices.say(text, { label, run: () => void takeBack(before) }, undoMs);
}

/** An undo that is refused says why, where the undo was. */
async function takeBack(before: Booking): Promise<void> {
  try {
    const back = await undoChange(before.id);
    workshop.putBooking(back);
    notices.say(m.booking_back(bookingFacts(back)));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    notices.warn(undoRefusal(error, before));
  }
}

function undoRefusal({ code, title, detail }: ApiProblem, before: Booking): string {
  if (code === 'booking.overlap') return m.undo_taken(bookingFacts(before));
  if (code === 'booking.undo_over') return m.undo_over();
  return detail ?? title;
}
