import { api, bodyOf } from './client';
import type { Booking, BookingState, Interval, Scope } from './types';

interface BookingQuery {
  from?: string;
  to?: string;
  machineId?: string;
  memberId?: string;
  state?: Exclude<BookingState, 'busy'>[];
  /** The `nextCursor` of the page before. */
  after?: string;
  limit: number;
}

export const listBookings = (query: BookingQuery) =>
  bodyOf(api.GET('/api/v1/bookings', { params: { query } }));

export const readCalendar = (query: { from: string; to: string; machineId?: string }) =>
  bodyOf(api.GET('/api/v1/calendar', { params: { query } }));

/** Without `startsAt` it begins now, and `duration` (ISO 8601) says how long it is. */
export interface NewBooking extends Partial<Interval> {
  machineId: string;
  duration?: string;
  purpose?: string | null;
  /** Staff book for others; null and left out is the reader. */
  memberId?: string | null;
  projectId?: string | null;
}

/** `reason`: why staff decide against the rules; null where they do not. */
const against = (reason: string | null) =>
  reason === null ? {} : { override: true, overrideReason: reason };

export const placeBooking = (wanted: NewBooking, reason: string | null = null) => {
  const { purpose, memberId, projectId, ...where } = wanted;
  const body = {
    ...where,
    ...(purpose ? { purpose } : {}),
    ...(memberId ? { memberId } : {}),
    ...(projectId ? { projectId } : {}),
    ...against(reason),
  };
  return bodyOf(api.POST('/api/v1/bookings', { body }));
};

const of = (id: string) => ({ params: { path: { id } } });

export const readBooking = (id: string) => bodyOf(api.GET('/api/v1/bookings/{id}', of(id)));

/** Refused with `booking.version` (412) when it has changed since it was read. */
export const moveBooking = (
  { id, version }: Booking,
  { startsAt, endsAt }: Interval,
  reason: string | null = null,
  scope: Scope = 'one',
) =>
  bodyOf(
    api.PATCH('/api/v1/bookings/{id}', {
      ...of(id),
      headers: { 'If-Match': `"${version}"` },
      body: { startsAt, endsAt, ...against(reason), ...far(scope) },
    }),
  );

/** Only of a series is there anything to say. */
const far = (scope: Scope) => (scope === 'one' ? {} : { scope });

/** Takes the last cancel or move back, within ten seconds and while the slot is still free. */
export const undoChange = (id: string) => bodyOf(api.POST('/api/v1/bookings/{id}/undo', of(id)));

export const approveBooking = (id: string, scope: Scope = 'one') =>
  bodyOf(api.POST('/api/v1/bookings/{id}/approve', { ...of(id), body: far(scope) }));

export const rejectBooking = (id: string, reason: string, scope: Scope = 'one') =>
  bodyOf(api.POST('/api/v1/bookings/{id}/reject', { ...of(id), body: { reason, ...far(scope) } }));

export const cancelBooking = (id: string, reason: string | null = null, scope: Scope = 'one') => {
  const body = { ...against(reason), ...far(scope) };
  return bodyOf(api.POST('/api/v1/bookings/{id}/cancel', { ...of(id), body }));
};

/** Somebody is at the machine: from ten minutes before the slot, where the machine is free. */
export const checkIn = (id: string) => bodyOf(api.POST('/api/v1/bookings/{id}/check-in', of(id)));

/** The rest of the slot is for others. */
export const checkOut = (id: string) => bodyOf(api.POST('/api/v1/bookings/{id}/check-out', of(id)));
