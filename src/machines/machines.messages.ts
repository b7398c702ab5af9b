import { defineMessage } from '../platform/queue/message.js';

/** A machine's observation changed in a way that may move a run. */
export const machineObserved = defineMessage<{ machineId: string }>('machine.observed', 'flow');

/** A machine answered a command that serves a dispatch. */
export const commandSettled = defineMessage<{ commandId: string; machineId: string }>(
  'command.settled',
  'flow',
);
