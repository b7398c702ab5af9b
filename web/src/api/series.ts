import type { NewBooking } from './bookings';
import { api, bodyOf } from './client';
import type { Interval } from './types';

/** `rule` is the text after `RRULE:` of RFC 5545; the interval is that of the first one. */
export interface NewSeries extends Omit<NewBooking, 'duration' | keyof Interval>, Interval {
  rule: string;
  onConflict: 'fail' | 'skip';
}

/** `reason`: why staff decide against the rules; null where they do not. */
export const placeSeries = (wanted: NewSeries, reason: string | null = null) => {
  const { purpose, memberId, projectId, ...where } = wanted;
  const body = {
    ...where,
    ...(purpose ? { purpose } : {}),
    ...(memberId ? { memberId } : {}),
    ...(projectId ? { projectId } : {}),
    ...(reason === null ? {} : { override: true, overrideReason: reason }),
  };
  return bodyOf(api.POST('/api/v1/bookings/series', { body }));
};

export const readSeries = (id: string) =>
  bodyOf(api.GET('/api/v1/bookings/series/{id}', { params: { path: { id } } }));
