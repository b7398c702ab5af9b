import { api, bodyOf } from './client';
import type { Interval } from './types';

export const listBookings = (query: { from?: string; memberId?: string; limit: number }) =>
  bodyOf(api.GET('/api/v1/bookings', { params: { query } }));

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

export const approveBooking = (id: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/approve', of(id)));

export const rejectBooking = (id: string, reason: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/reject', { ...of(id), body: { reason } }));

export const cancelBooking = (id: string) =>
  bodyOf(api.POST('/api/v1/bookings/{id}/cancel', { ...of(id), body: {} }));
