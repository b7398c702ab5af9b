import { defineMessage } from '../../platform/queue/message.js';

/** Time of a machine became free, `from` to `to`: the waiting list may have a use for it. */
export const timeFreed = defineMessage<{ machineId: string; from: string; to: string }>(
  'booking.time_freed',
  'flow',
);
