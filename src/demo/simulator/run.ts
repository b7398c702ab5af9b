/**
 * One print or cut. Everything is told by wall-clock instants (epoch milliseconds), never by
 * counting ticks: while our process is down a real machine would have gone on.
 */
export interface Run {
  /** Of the `start`. */
  readonly commandId: string;
  readonly jobId: string;
  readonly startedAt: number;
  /** How long it works in all, pauses not counted: the file's time divided by the speed. */
  readonly totalMs: number;
  /** Pauses that are over. */
  readonly pausedMs: number;
  /** Of the pause that goes on. */
  readonly pausedAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: 'finished' | 'cancelled' | null;
}

export function newRun(
  ids: { readonly commandId: string; readonly jobId: string },
  totalMs: number,
  at: number,
): Run {
  return {
    ...ids,
    startedAt: at,
    totalMs: Math.max(1, totalMs),
    pausedMs: 0,
    pausedAt: null,
    endedAt: null,
    outcome: null,
  };
}

export function phaseOf(run: Run | null): 'idle' | 'running' | 'paused' {
  if (!run || run.endedAt !== null) return 'idle';
  return run.pausedAt === null ? 'running' : 'paused';
}

/** Milliseconds worked so far. */
export function workedMs(run: Run, at: number): number {
  const until = run.endedAt ?? run.pausedAt ?? at;
  return Math.min(run.totalMs, Math.max(0, until - run.startedAt - run.pausedMs));
}

/** The run, ended at the instant its work was done when that has passed. */
export function settled(run: Run, at: number): Run {
  if (phaseOf(run) !== 'running' || workedMs(run, at) < run.totalMs) return run;
  const endedAt = run.startedAt + run.pausedMs + run.totalMs;
  return { ...run, endedAt, outcome: 'finished' };
}

export function paused(run: Run, at: number): Run {
  return { ...run, pausedAt: at };
}

export function resumed(run: Run, at: number): Run {
  const pause = run.pausedAt === null ? 0 : Math.max(0, at - run.pausedAt);
  return { ...run, pausedAt: null, pausedMs: run.pausedMs + pause };
}

export function cancelled(run: Run, at: number): Run {
  return { ...resumed(run, at), endedAt: at, outcome: 'cancelled' };
}

/** 0 to 1; only a finished run says 1, so that a cancelled one is never taken for it. */
export function progressOf(run: Run, worked: number): number {
  if (run.outcome === 'finished') return 1;
  return Math.min(0.9999, Math.floor((worked / run.totalMs) * 10_000) / 10_000);
}

/** Seconds on the wall clock, not of the file: what a display may count down. */
export function remainingOf(run: Run, worked: number): number {
  return run.endedAt === null ? Math.ceil((run.totalMs - worked) / 1_000) : 0;
}
