import {
  cancelBooking,
  checkIn,
  checkOut,
  moveBooking,
  placeBooking,
  undoChange,
} from './api/bookings';
import type { NewBooking } from './api/bookings';
import { ApiProblem } from './api/problem';
import type { Booking, Interval } from './api/types';
import { slot, time } from './format';
import { m } from './paraglide/messages.js';
import { clock } from './stores/clock.svelte';
import { notices } from './stores/notices.svelte';
import { session } from './stores/session.svelte';
import { workshop } from './stores/workshop.svelte';

/** As long as the server takes a change back. */
export const undoMs = 10_000;
/** The machine may be taken that much before the slot, where it is free. */
const earlyMs = 10 * 60_000;

/** What notices and labels say of a booking. */
export const bookingFacts = (booking: Interval & { machineId: string }) => ({
  machine: workshop.machineName(booking.machineId) ?? m.the_machine(),
  slot: slot(booking),
});

/** Whether somebody may say now that they are at the machine. */
export function mayCheckIn({ kind, state, mine, startsAt, endsAt }: Booking): boolean {
  const inTime = Date.parse(startsAt) - earlyMs <= clock.now && clock.now < Date.parse(endsAt);
  return kind === 'booking' && state === 'confirmed' && mine && inTime;
}

/** `reason`: why staff decide against the rules. */
export async function placeAndSay(
  wanted: NewBooking,
  reason: string | null = null,
): Promise<Booking> {
  const booking = await placeBooking(wanted, reason);
  workshop.putBooking(booking);
  const facts = bookingFacts(booking);
  if (booking.state === 'requested') notices.say(m.booking_done_requested(facts));
  else if (booking.memberId === session.member?.id) notices.say(m.booking_done(facts));
  else notices.say(m.booking_done_for({ ...facts, member: booking.memberName ?? '' }));
  return booking;
}

export async function cancelWithUndo(
  booking: Booking,
  reason: string | null = null,
): Promise<void> {
  workshop.putBooking(await cancelBooking(booking.id, reason));
  sayWithUndo(m.booking_cancelled_notice(bookingFacts(booking)), m.undo_cancel(), booking);
}

export async function moveWithUndo(
  booking: Booking,
  to: Interval,
  reason: string | null = null,
): Promise<void> {
  const moved = await moveBooking(booking, to, reason);
  workshop.putBooking(moved);
  const facts = bookingFacts(moved);
  const text =
    moved.state === 'requested' ? m.booking_moved_requested(facts) : m.booking_moved(facts);
  sayWithUndo(text, m.undo_move(), booking);
}

export async function checkInAndSay(booking: Booking): Promise<void> {
  const now = await checkIn(booking.id);
  workshop.putBooking(now);
  const { machine } = bookingFacts(now);
  notices.say(m.checked_in_notice({ machine, end: time(now.endsAt) }));
}

export async function checkOutAndSay(booking: Booking): Promise<void> {
  workshop.putBooking(await checkOut(booking.id));
  notices.say(m.checked_out_notice(bookingFacts(booking)));
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

export function undoRefusal({ code, title, detail }: ApiProblem, before: Booking): string {
  if (code === 'booking.overlap') return m.undo_taken(bookingFacts(before));
  if (code === 'booking.undo_over') return m.undo_over();
  return detail ?? title;
}
