/** The life of a command. `sent` is not success: only the machine's word ends it. */
export type CommandState =
  | 'pending' // written, not yet published
  | 'sent' // given to the broker, once; back to pending only where it surely never left
  | 'accepted' // the machine said it will
  | 'finished' // the machine said it did
  | 'failed' // the machine said it could not
  | 'rejected' // the machine said it will not
  | 'expired'; // not sent in time, or withdrawn before: it never will be

export const commandTransitions = {
  pending: ['sent', 'expired'],
  sent: ['pending', 'accepted', 'finished', 'failed', 'rejected'],
  accepted: ['finished', 'failed', 'rejected'],
  finished: [],
  failed: [],
  rejected: [],
  expired: [],
} as const satisfies Record<CommandState, readonly CommandState[]>;
