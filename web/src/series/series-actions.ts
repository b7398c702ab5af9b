import {
  approveBooking,
  cancelBooking,
  moveBooking,
  rejectBooking,
  undoChange,
} from '../api/bookings';
import { ApiProblem } from '../api/problem';
import { readSeries } from '../api/series';
import type { Booking, Interval, Scope } from '../api/types';
import {
  bookingFacts,
  cancelWithUndo,
  moveWithUndo,
  undoMs,
  undoRefusal,
} from '../booking-actions';
import { instantOf } from '../days';
import { dayAndMonth } from '../format';
import { m } from '../paraglide/messages.js';
import { notices } from '../stores/notices.svelte';
import { workshop } from '../stores/workshop.svelte';

/** `reason`: why staff decide against the rules. */
export async function cancelInScope(
  booking: Booking,
  scope: Scope,
  reason: string | null = null,
): Promise<void> {
  if (scope === 'one') return cancelWithUndo(booking, reason);
  const changed = await together(booking, () => cancelBooking(booking.id, reason, scope));
  const count = changed.length;
  const text = m.series_cancelled({ count, machine: machineOf(booking) });
  const undo = { label: m.undo_cancel_of({ count }), run: () => void takeBack(booking) };
  notices.say(text, undo, undoMs);
}

/** A move of several has no undo: moving them back does as well. */
export async function moveInScope(
  booking: Booking,
  to: Interval,
  scope: Scope,
  reason: string | null = null,
): Promise<void> {
  if (scope === 'one') return moveWithUndo(booking, to, reason);
  const changed = await together(booking, () => moveBooking(booking, to, reason, scope));
  const facts = { count: changed.length, machine: machineOf(booking) };
  const waits = changed.some(({ state }) => state === 'requested');
  notices.say(waits ? m.series_moved_requested(facts) : m.series_moved(facts));
}

export async function approveInScope(booking: Booking, scope: Scope): Promise<void> {
  const changed = await together(booking, () => approveBooking(booking.id, scope));
  notices.say(m.series_approved({ count: changed.length, machine: machineOf(booking) }));
}

export async function rejectInScope(booking: Booking, scope: Scope, reason: string): Promise<void> {
  const changed = await together(booking, () => rejectBooking(booking.id, reason, scope));
  notices.say(m.series_rejected({ count: changed.length, machine: machineOf(booking) }));
}

/** All bookings of a series, in the order of its rule. */
export async function bookingsOf({ seriesId }: Booking): Promise<Booking[]> {
  if (seriesId === null) return [];
  const { occurrences } = await readSeries(seriesId);
  return occurrences.flatMap(({ booking }) => booking ?? []);
}

/** What the deed changed of the series, which may be another one after it. */
async function together(booking: Booking, deed: () => Promise<Booking>): Promise<Booking[]> {
  const before = new Map((await bookingsOf(booking)).map(({ id, version }) => [id, version]));
  const done = await deed();
  const after = done.seriesId === null ? [done] : await bookingsOf(done);
  after.forEach((one) => workshop.putBooking(one));
  return after.filter(({ id, version }) => before.get(id) !== version);
}

async function takeBack(booking: Booking): Promise<void> {
  try {
    const back = await together(booking, () => undoChange(booking.id));
    notices.say(m.series_back({ count: back.length, machine: machineOf(booking) }));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    notices.warn(refusal(error, booking));
  }
}

/** All or none come back: whoever reads it wants to know which date is in the way. */
function refusal(problem: ApiProblem, booking: Booking): string {
  if (problem.occurrences.length === 0) return undoRefusal(problem, booking);
  const dates = problem.occurrences.map(({ date }) => dayAndMonth(noonOf(date)));
  return m.series_undo_taken({ dates: dates.join(', ') });
}

const noonOf = (date: string) => instantOf(date, workshop.timeZone, 12);
const machineOf = (booking: Booking) => bookingFacts(booking).machine;
