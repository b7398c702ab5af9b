import { m } from './paraglide/messages.js';
import type {
  Actor,
  Blocker,
  BookingState,
  Job,
  JobState,
  Live,
  Machine,
  MachineType,
} from './api/types';

export type Tone = 'calm' | 'good' | 'busy' | 'wait' | 'warn' | 'bad' | 'off';

/** What a card says of a machine: a machine we cannot hear is offline first, whatever it said. */
export type MachineWord = Live['state'] | 'offline' | 'stale' | 'bed';

export function machineWord(machine: Machine): MachineWord {
  if (machine.live.state === 'maintenance') return 'maintenance';
  if (machine.live.connection !== 'online') return machine.live.connection;
  return machine.live.state === 'idle' && !machine.bedClear ? 'bed' : machine.live.state;
}

const machineWords: Record<MachineWord, () => string> = {
  idle: m.machine_idle,
  bed: m.machine_bed,
  running: m.machine_running,
  paused: m.machine_paused,
  attention: m.machine_attention,
  error: m.machine_error,
  unknown: m.machine_unknown,
  maintenance: m.machine_maintenance,
  offline: m.machine_offline,
  stale: m.machine_stale,
};

export const machineTone: Record<MachineWord, Tone> = {
  idle: 'calm',
  bed: 'wait',
  running: 'good',
  paused: 'wait',
  attention: 'warn',
  error: 'bad',
  unknown: 'warn',
  maintenance: 'off',
  offline: 'off',
  stale: 'warn',
};

export const machineWordText = (word: MachineWord) => machineWords[word]();

const types: Record<MachineType, () => string> = {
  laser_cutter: m.type_laser_cutter,
  fdm_printer: m.type_fdm_printer,
  resin_printer: m.type_resin_printer,
  cnc_mill: m.type_cnc_mill,
  vinyl_cutter: m.type_vinyl_cutter,
  other: m.type_other,
};

export const machineType = (type: MachineType) => types[type]();

const jobWords: Record<JobState, () => string> = {
  analysing: m.job_analysing,
  awaiting_approval: m.job_awaiting_approval,
  queued: m.job_queued,
  staging: m.job_staging,
  ready: m.job_ready,
  running: m.job_running,
  paused: m.job_paused,
  completed: m.job_completed,
  refused: m.job_refused,
  rejected: m.job_rejected,
  failed: m.job_failed,
  cancelled: m.job_cancelled,
  cancelling: m.job_cancelling,
  unknown: m.job_unknown,
};

const jobTone: Record<JobState, Tone> = {
  analysing: 'busy',
  awaiting_approval: 'wait',
  queued: 'busy',
  staging: 'busy',
  ready: 'wait',
  running: 'good',
  paused: 'wait',
  completed: 'calm',
  refused: 'bad',
  rejected: 'bad',
  failed: 'bad',
  cancelled: 'off',
  cancelling: 'off',
  unknown: 'warn',
};

export const jobWord = (state: JobState) => jobWords[state]();

/** Whether nothing goes on with the job before somebody has taken a slot for it. */
export const wantsSlot = (job: Job) =>
  (job.state === 'awaiting_approval' || job.state === 'queued') && !hasSlot(job);

/** What a badge says of a job. */
export function jobStatus(job: Job): { text: string; tone: Tone } {
  if (wantsSlot(job)) return { text: m.job_wants_slot(), tone: 'wait' };
  return { text: jobWord(job.state), tone: jobTone[job.state] };
}

const bookingWords: Record<BookingState, () => string> = {
  requested: m.booking_requested,
  confirmed: m.booking_confirmed,
  checked_in: m.booking_checked_in,
  completed: m.booking_completed,
  rejected: m.booking_rejected,
  cancelled: m.booking_cancelled,
  expired: m.booking_expired,
  missed: m.booking_missed,
  busy: m.booking_busy,
};

export const bookingTone: Record<BookingState, Tone> = {
  requested: 'wait',
  confirmed: 'good',
  checked_in: 'good',
  completed: 'calm',
  rejected: 'bad',
  cancelled: 'off',
  expired: 'off',
  missed: 'warn',
  busy: 'busy',
};

export const bookingWord = (state: BookingState) => bookingWords[state]();

const blockedWords: Record<Blocker, () => string> = {
  'approval.pending': m.blocked_approval_pending,
  'slot.none': m.blocked_slot_none,
  'slot.not_open': m.blocked_slot_not_open,
  'machine.offline': m.blocked_machine_offline,
  'machine.busy': m.blocked_machine_busy,
  'machine.stale': m.blocked_machine_stale,
  'machine.error': m.blocked_machine_error,
  'bed.not_cleared': m.blocked_bed_not_cleared,
  'operator.start': m.blocked_operator_start,
  'file.staging': m.blocked_file_staging,
};

/** Why a job does not run yet, and what ends that. */
export const blockedWord = (code: Blocker) => blockedWords[code]();

export function hasSlot(job: Job): boolean {
  return (
    job.booking !== null &&
    ['requested', 'confirmed', 'checked_in', 'completed'].includes(job.booking.state)
  );
}

export const endedStates: readonly JobState[] = [
  'completed',
  'refused',
  'rejected',
  'failed',
  'cancelled',
];

export const isEnded = (job: Job) => endedStates.includes(job.state);

export function actorName(by: Actor): string {
  if (by.name) return by.name;
  if (by.kind === 'machine') return m.actor_machine();
  return by.kind === 'system' ? m.actor_system() : m.actor_member();
}
