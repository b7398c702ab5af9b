import { m } from '../paraglide/messages.js';
import type { Booking } from '../api/types';
import { bookingWord } from '../labels';
import { session } from '../stores/session.svelte';
import { workshop } from '../stores/workshop.svelte';

/** How an entry of the calendar is drawn. */
export type Look = 'down' | 'offer' | 'own' | 'requested' | 'named' | 'busy' | 'ended';

export const isDowntime = ({ kind }: Booking) => kind === 'maintenance' || kind === 'outage';

export function lookOf(booking: Booking): Look {
  if (isDowntime(booking)) return 'down';
  if (booking.kind === 'offer') return 'offer';
  if (booking.state === 'requested') return 'requested';
  if (booking.state === 'completed') return 'ended';
  if (booking.mine) return 'own';
  return booking.state === 'busy' ? 'busy' : 'named';
}

/** Who or what it is, as far as the reader may know. */
export function itemName(booking: Booking): string {
  if (booking.kind === 'maintenance') return m.kind_maintenance();
  if (booking.kind === 'outage') return m.kind_outage();
  if (booking.kind === 'offer' && !booking.mine) return m.kind_offer();
  if (booking.mine) return m.item_mine();
  return booking.memberName ?? m.booking_busy();
}

/** What for: the reason of a downtime, the job or the purpose of a booking. */
export function itemDetail(booking: Booking): string | null {
  const job = booking.jobId === null ? undefined : workshop.jobs.get(booking.jobId);
  return job?.title ?? booking.purpose;
}

/** The state in a word; downtime has none that anybody decides about. */
export function itemState(booking: Booking): string | null {
  if (isDowntime(booking) || booking.state === 'busy') return null;
  return booking.kind === 'offer' ? m.kind_offer() : bookingWord(booking.state);
}

/** Own bookings, and any for staff, until the machine is in use. */
export function isMovable(booking: Booking): boolean {
  const open = booking.state === 'requested' || booking.state === 'confirmed';
  return booking.kind === 'booking' && open && (booking.mine || session.isManager);
}
