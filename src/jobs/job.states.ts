/** The life of a job, and why each state exists. */
export const jobStates = [
  'analysing', // the file is being read
  'awaiting_approval', // waits for a slot to be taken and for a manager
  'queued', // approved; waits for its slot
  'staging', // the file is on its way to the controller
  'ready', // staged; waits for a person or for the machine to be free
  'running', // the machine says it runs
  'paused', // the machine says it is paused
  'cancelling', // asked to stop; the machine has not confirmed yet
  'unknown', // contact was lost at a moment that matters
  'completed', // the machine said it is done
  'refused', // the analysis found the file unusable or unsafe
  'rejected', // a manager said no
  'failed', // the machine or the staging failed
  'cancelled', // the member or staff gave it up
] as const;
export type JobState = (typeof jobStates)[number];

export const jobTransitions = {
  analysing: ['awaiting_approval', 'refused', 'cancelled'],
  awaiting_approval: ['queued', 'rejected', 'cancelled'],
  queued: ['staging', 'cancelled'],
  // Back to `queued`: the slot ended before the machine could begin, nothing moved.
  staging: ['ready', 'queued', 'failed', 'cancelled'],
  ready: ['running', 'queued', 'completed', 'cancelling', 'unknown', 'failed', 'cancelled'],
  running: ['paused', 'completed', 'failed', 'cancelling', 'cancelled', 'unknown'],
  paused: ['running', 'completed', 'failed', 'cancelling', 'cancelled', 'unknown'],
  // Back to the run: the machine would not stop.
  cancelling: ['cancelled', 'completed', 'failed', 'unknown', 'running', 'paused'],
  unknown: ['running', 'paused', 'completed', 'failed', 'cancelled'],
  completed: [],
  refused: [],
  rejected: [],
  failed: [],
  cancelled: [],
} as const satisfies Record<JobState, readonly JobState[]>;

export const endStates: readonly JobState[] = jobStates.filter(
  (state) => jobTransitions[state].length === 0,
);

/** The states from which one may go to `to`. */
export function sourcesOf(to: JobState): JobState[] {
  return jobStates.filter((from) => (jobTransitions[from] as readonly JobState[]).includes(to));
}
