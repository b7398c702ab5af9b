import type { By } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import {
  announceEach,
  dropEach,
  enqueueEach,
  planEach,
} from '../../platform/outbox/outbox-together.js';
import type { BookingChange } from '../booking-history.js';
import { rememberEach } from '../booking-history.js';
import { bookingClosed, bookingDue } from '../bookings.messages.js';
import { nextInstant } from '../move-booking.js';
import type { Planned } from '../move-booking.js';

/** One of several bookings that were changed by one statement, as it is now. */
export interface Recorded extends Planned {
  readonly lab: string;
  readonly change?: BookingChange;
}

/** History, change and next step of each, in a handful of statements for any number of them. */
export async function recordTogether(
  sql: Sql,
  bookings: readonly Recorded[],
  deed: { readonly by: By; readonly reason?: string | null; readonly type?: string },
): Promise<void> {
  if (bookings.length === 0) return;
  await rememberEach(
    sql,
    bookings.map(({ id, state, change }) => ({ id, state, ...(change ? { change } : {}) })),
    deed,
  );
  await announceEach(
    sql,
    bookings.map(({ id, lab, state }) => ({
      type: deed.type ?? `booking.${state}`,
      id,
      labSlug: lab,
      kind: 'booking',
    })),
  );
  await planTogether(sql, bookings);
}

async function planTogether(sql: Sql, bookings: readonly Planned[]): Promise<void> {
  const planned = bookings.map((booking) => ({ id: booking.id, at: nextInstant(booking) }));
  const steps = planned.flatMap(({ id, at }) =>
    at instanceof Date ? { key: keyOf(id), at, payload: { bookingId: id } } : [],
  );
  const over = planned.filter(({ at }) => at === 'none').map(({ id }) => id);
  await planEach(sql, bookingDue, steps);
  await dropEach(sql, over.map(keyOf));
  const closed = over.map((id) => ({ aggregate: `booking:${id}`, payload: { bookingId: id } }));
  await enqueueEach(sql, bookingClosed, closed);
}

function keyOf(bookingId: string): string {
  return `step:booking:${bookingId}`;
}
