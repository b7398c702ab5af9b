import type { Booking, Job, Live, Machine } from './api/types';
import { isEnded, machineWord, type MachineWord } from './labels';
import { clock } from './stores/clock.svelte';
import { session } from './stores/session.svelte';
import { workshop } from './stores/workshop.svelte';

/** Running first, then what needs a person, then what is free, then what cannot be used. */
const order: readonly MachineWord[] = [
  'running',
  'paused',
  'attention',
  'error',
  'bed',
  'idle',
  'unknown',
  'stale',
  'maintenance',
  'offline',
];

export function inOrder(machines: Iterable<Machine>): Machine[] {
  const rank = (machine: Machine) => order.indexOf(machineWord(machine));
  return [...machines].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

export interface TimeLeft {
  /** The end as a clock time, in milliseconds. */
  endsAt: number;
  /** Seconds, never negative. */
  left: number;
  /** Seconds past the estimated end, 0 before it. */
  over: number;
}

/** The machine's own estimate, counted on from the moment of its last report. */
export function timeLeft(live: Live): TimeLeft | null {
  if (live.state !== 'running' || live.remaining === null || live.lastSeenAt === null) return null;
  const endsAt = Date.parse(live.lastSeenAt) + live.remaining * 1_000;
  const seconds = (endsAt - clock.now) / 1_000;
  return { endsAt, left: Math.max(0, seconds), over: Math.max(0, -seconds) };
}

export const machineOf = (job: Job): Machine | null =>
  workshop.machines.get(job.machineId ?? '') ?? null;

/** How far a job is, 0–1. What its machine says now counts before what the job last told. */
export function progressOf(job: Job): number | null {
  const live = machineOf(job)?.live;
  return live?.job?.id === job.id ? live.progress : job.progress;
}

const holds: readonly Booking['state'][] = ['requested', 'confirmed', 'checked_in', 'busy'];

/** The booking that holds the machine now, or else the next one. */
export function nextBooking(machineId: string): Booking | null {
  let next: Booking | null = null;
  for (const booking of workshop.bookings.values()) {
    if (booking.machineId !== machineId || !holds.includes(booking.state)) continue;
    if (Date.parse(booking.endsAt) <= clock.now) continue;
    if (next === null || booking.startsAt < next.startsAt) next = booking;
  }
  return next;
}

/** Whether the piece of this job is what still lies on its machine, for whoever may take it off. */
export function mayTakeOff(job: Job): boolean {
  const machine = machineOf(job);
  return machine !== null && mayClear(machine) && lastJobOn(machine.id)?.id === job.id;
}

/** A bed is the manager's to clear, or that of the member whose piece lay on it last. */
export function mayClear(machine: Machine): boolean {
  if (machine.bedClear || machine.live.state === 'running' || machine.live.state === 'paused')
    return false;
  return session.isManager || lastJobOn(machine.id)?.memberId === session.member?.id;
}

function lastJobOn(machineId: string): Job | null {
  let last: Job | null = null;
  for (const job of workshop.jobs.values()) {
    if (job.machineId !== machineId || !isEnded(job)) continue;
    const endedAt = job.actual?.endedAt ?? '';
    if (endedAt > (last?.actual?.endedAt ?? '')) last = job;
  }
  return last;
}
