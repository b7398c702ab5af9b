import { defineMessage } from '../../platform/queue/message.js';

/** Time of a machine became free: the waiting list may have a use for it. */
export const timeFreed = defineMessage<{ freedId: string }>('booking.time_freed', 'flow');
