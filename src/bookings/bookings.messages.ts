import { defineMessage } from '../platform/queue/message.js';

/** An instant of a booking has come: its hold runs out, it opens, or it ends. */
export const bookingDue = defineMessage<{ bookingId: string }>('booking.due', 'flow');

/** A confirmed slot has opened, or an opened one was confirmed. */
export const bookingOpened = defineMessage<{ bookingId: string }>('booking.opened', 'flow');

/** The slot is over or was given up: whoever counted on it must look again. */
export const bookingClosed = defineMessage<{ bookingId: string }>('booking.closed', 'flow');

/** A cancel was taken back: the job that had the slot may have it again. */
export const bookingRestored = defineMessage<{ bookingId: string; jobId: string }>(
  'booking.restored',
  'flow',
);
