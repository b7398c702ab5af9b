import type { JobState } from './job.states.js';

/** What decides whether a job may go on; facts in, every reason why not out. */
export interface GateFacts {
  readonly state: JobState;
  readonly slot: { readonly held: boolean; readonly opened: boolean } | null;
  readonly machine: {
    readonly connection: 'online' | 'offline' | 'stale';
    readonly state: string;
    readonly startPolicy: 'remote' | 'operator';
    readonly bedClear: boolean;
    /** Another job's dispatch has the machine. */
    readonly taken: boolean;
  } | null;
  /** Whether a person asked for the start at an operator's machine. */
  readonly startAsked: boolean;
}

export type Blocker =
  | 'approval.pending'
  | 'slot.none'
  | 'slot.not_open'
  | 'file.staging'
  | 'machine.offline'
  | 'machine.stale'
  | 'machine.busy'
  | 'machine.error'
  | 'bed.not_cleared'
  | 'operator.start';

/** What a job still waits for before its file may be sent to the machine. */
export function stagingBlockers({ state, slot, machine }: GateFacts): Blocker[] {
  const blockers: Blocker[] = [];
  // A slot that is only asked for is decided with the job.
  const undecided = slot !== null && !slot.held;
  if (state === 'awaiting_approval' || state === 'analysing' || undecided)
    blockers.push('approval.pending');
  if (!slot) blockers.push('slot.none');
  else if (slot.held && !slot.opened) blockers.push('slot.not_open');
  if (machine && slot?.opened) blockers.push(...machineBlockers(machine));
  return blockers;
}

/** What a staged job still waits for before the machine is told to start. Fails closed. */
export function startBlockers(facts: GateFacts): Blocker[] {
  const { machine } = facts;
  const blockers = stagingBlockers(facts);
  if (!machine) return [...blockers, 'machine.offline'];
  if (!machine.bedClear) blockers.push('bed.not_cleared');
  if (machine.startPolicy === 'operator' && !facts.startAsked) blockers.push('operator.start');
  return blockers;
}

/** What to tell a person who asks why it does not run. */
export function blockers(facts: GateFacts): Blocker[] {
  switch (facts.state) {
    case 'awaiting_approval':
    case 'queued':
      return stagingBlockers(facts);
    case 'staging':
      return ['file.staging'];
    case 'ready':
      return startBlockers(facts);
    default:
      return [];
  }
}

function machineBlockers(machine: NonNullable<GateFacts['machine']>): Blocker[] {
  if (machine.connection === 'offline') return ['machine.offline'];
  if (machine.connection === 'stale') return ['machine.stale'];
  if (machine.state === 'error' || machine.state === 'attention') return ['machine.error'];
  if (machine.state !== 'idle' || machine.taken) return ['machine.busy'];
  return [];
}

/** What the machine last said, and what came of the start. */
export interface RunFacts {
  readonly startId: string;
  readonly start: 'pending' | 'sent' | 'accepted' | 'finished' | 'failed' | 'rejected' | 'expired';
  readonly startError: string | null;
  /** No answer came while one could still come. */
  readonly startOverdue: boolean;
  /** Whether the run was seen going before. */
  readonly begun: boolean;
  readonly cancelAsked: boolean;
  readonly observed: {
    readonly connection: 'online' | 'offline' | 'stale';
    readonly state: string;
    readonly commandId: string | null;
    readonly progress: number | null;
    readonly error: string | null;
  } | null;
}

export type RunOutcome =
  | { readonly is: 'waiting' }
  | { readonly is: 'running' }
  | { readonly is: 'paused' }
  | { readonly is: 'completed' }
  | { readonly is: 'cancelled'; readonly reason: string | null }
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'not_started' }
  | { readonly is: 'unknown'; readonly reason: string };

/** What became of a start: the machine's own reports decide, matched by the command's id. */
export function runOutcome(facts: RunFacts): RunOutcome {
  const { observed } = facts;
  if (facts.start === 'finished') return { is: 'completed' };
  if (facts.start === 'failed') {
    if (facts.cancelAsked) return { is: 'cancelled', reason: null };
    return { is: 'failed', reason: facts.startError ?? 'the machine reported a failure' };
  }
  if (facts.start === 'rejected') {
    return { is: 'failed', reason: facts.startError ?? 'the machine refused to start' };
  }
  if (facts.start === 'expired') return { is: 'not_started' };
  if (observed?.commandId === facts.startId) return ownRun(observed, facts.cancelAsked);
  const elsewhere = observed?.connection === 'online' && observed.state === 'idle';
  if (facts.begun && elsewhere) {
    return { is: 'unknown', reason: 'the machine no longer knows of this run' };
  }
  if (facts.startOverdue && !facts.begun) {
    return { is: 'unknown', reason: 'the machine did not answer the start' };
  }
  return { is: 'waiting' };
}

function ownRun(observed: NonNullable<RunFacts['observed']>, cancelAsked: boolean): RunOutcome {
  switch (observed.state) {
    case 'running':
    case 'attention':
      return { is: 'running' };
    case 'paused':
      return { is: 'paused' };
    case 'error':
      return { is: 'failed', reason: observed.error ?? 'the machine reported an error' };
    case 'idle':
      if (observed.progress === 1) return { is: 'completed' };
      if (cancelAsked) return { is: 'cancelled', reason: null };
      return { is: 'cancelled', reason: 'stopped at the machine' };
    default:
      return { is: 'waiting' };
  }
}
