import { api, bodyOf } from './client';
import type { Booking, Interval } from './types';

interface BookingQuery {
  from?: string;
  to?: string;
  machineId?: string;
  memberId?: string;
  /** The `nextCursor` of the page before. */
  after?: string;
  limit: number;
}

export const listBookings = (query: BookingQuery) =>
  bodyOf(api.GET('/api/v1/bookings', { params: { query } }));

export const readCalendar = (query: { from: string; to: string; machineId?: string }) =>
  bodyOf(api.GET('/api/v1/calendar', { params: { query } }));

export const placeBooking = (
  machineId: string,
  { startsAt, endsAt }: Interval,
  purpose: string | null,
) =>
  bodyOf(
    api.POST('/api/v1/bookings', {
      body: { machineId, startsAt, endsAt, ...(purpose === null ? {} : { purpose }) },
    }),
  );

const of = (id: string) => ({ params: { path: { id } } });

export const readBooking = (id: string) => bodyOf(api.GET('/api/v1/bookings/{id}', of(id)));

/** Refused with `booking.version` (412) when it has changed since it was read. */
export const moveBooking = ({ id, version }: Booking, { startsAt, endsAt }: Interval) =>
  bodyOf(
    api.PATCH('/api/v1/bookings/{id}', {
      ...of(id),
      headers: { 'If-Match': `"${version}"` },
      body: { startsAt, endsAt },
    }),
  );

/** Takes the last cancel or move back, within ten seconds and while the slot is still free. */
export const undoChange = (id: string) => bodyOf(api.POST('/api/v1/bookings/{id}/undo', of(id)));

export const approveBooking = (id: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/approve', of(id)));

export const rejectBooking = (id: string, reason: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/reject', { ...of(id), body: { reason } }));

export const cancelBooking = (id: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/cancel', { ...of(id), body: {} }));
