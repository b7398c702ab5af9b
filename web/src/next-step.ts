import { m } from './paraglide/messages.js';
import type { Blocker, Job, JobState } from './api/types';
import { slot } from './format';
import { isEnded, wantsSlot } from './labels';
import { machineOf, mayTakeOff } from './machines';

export const startsByHand = (job: Job) =>
  job.state === 'ready' && job.blockedBy.includes('operator.start');

/** One sentence: what happens next with this job, and by whom. */
export function nextStep(job: Job): string {
  const machine = machineOf(job)?.name ?? m.the_machine();
  if (wantsSlot(job)) return m.next_take_slot();
  if (startsByHand(job)) return m.next_ready_operator({ machine });
  if (isEnded(job) && mayTakeOff(job)) return m.next_take_off();
  const sentences: Record<JobState, () => string> = {
    analysing: m.next_analysing,
    awaiting_approval: m.next_awaiting_approval,
    queued: () => m.next_queued({ machine, slot: job.booking ? slot(job.booking) : '' }),
    staging: () => m.next_staging({ machine }),
    ready: () => m.next_ready({ machine }),
    running: () => m.next_running({ machine }),
    paused: () => m.next_paused({ machine }),
    completed: m.next_completed,
    refused: m.next_refused,
    rejected: m.next_rejected,
    failed: m.next_failed,
    cancelled: m.next_cancelled,
    cancelling: () => m.next_cancelling({ machine }),
    unknown: m.next_unknown,
  };
  return sentences[job.state]();
}

/** What the sentence of the next step says already. */
const said: readonly Blocker[] = [
  'approval.pending',
  'slot.none',
  'file.staging',
  'operator.start',
];

/** What else a job still waits for. */
export const otherReasons = (job: Job): Blocker[] =>
  isEnded(job) ? [] : job.blockedBy.filter((code) => !said.includes(code));
