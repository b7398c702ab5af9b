import type { Patience, Report, RunState, Temperatures } from '../drivers/driver.js';

export type Connection = 'online' | 'offline' | 'stale';
export type ObservedState = RunState | 'unknown';

/** What is known of a machine from its own reports, on our clock (epoch milliseconds). */
export interface LiveState {
  readonly connection: Connection;
  readonly state: ObservedState;
  readonly sessionId: string | null;
  /** The one before: what it still says was said too late. */
  readonly formerSessionId: string | null;
  readonly seq: number;
  readonly commandId: string | null;
  readonly jobId: string | null;
  readonly progress: number | null;
  readonly remaining: number | null;
  readonly temperatures: Temperatures | null;
  readonly power: number | null;
  readonly error: string | null;
  /** When this connection and state began. */
  readonly since: number;
  readonly lastSeenAt: number | null;
}

export function unseen(at: number): LiveState {
  return {
    connection: 'offline',
    state: 'unknown',
    sessionId: null,
    formerSessionId: null,
    seq: -1,
    commandId: null,
    jobId: null,
    progress: null,
    remaining: null,
    temperatures: null,
    power: null,
    error: null,
    since: at,
    lastSeenAt: null,
  };
}

/**
 * Folds one report in. A retained message was said at an unknown time: it tells the state but
 * does not prove that the machine is there.
 */
export function applyReport(
  live: LiveState,
  report: Report,
  at: number,
  retained: boolean,
): LiveState {
  switch (report.kind) {
    case 'connection':
      return connectionChanged(live, report, at, retained);
    case 'state':
      return stateReported(live, report, at, retained);
    case 'telemetry': {
      const temperatures = report.temperatures ?? live.temperatures;
      return { ...heard(live, at, retained), power: report.power ?? live.power, temperatures };
    }
    case 'ack':
    case 'factsheet':
      return heard(live, at, retained);
  }
}

function connectionChanged(
  live: LiveState,
  report: Extract<Report, { kind: 'connection' }>,
  at: number,
  retained: boolean,
): LiveState {
  if (report.state === 'online') {
    if (report.sessionId === live.sessionId) return heard(live, at, retained);
    const begun = { ...opened(live, report.sessionId), seq: -1 };
    return retained ? begun : heard(begun, at, false);
  }
  // The will of an old session never ends a newer one.
  if (live.sessionId !== null && report.sessionId !== live.sessionId) return live;
  return since(live, { ...live, connection: 'offline', sessionId: report.sessionId }, at);
}

function stateReported(
  live: LiveState,
  report: Extract<Report, { kind: 'state' }>,
  at: number,
  retained: boolean,
): LiveState {
  const sessionId = report.sessionId ?? live.sessionId;
  const seq = report.seq ?? live.seq;
  if (sessionId === live.sessionId && report.seq !== null && seq <= live.seq) return live;
  // A late message of a session that is over: the open one was announced by `connection`.
  if (live.sessionId !== null && sessionId !== live.sessionId && retained) return live;
  if (sessionId !== null && sessionId === live.formerSessionId) return live;
  const { kind: _, ...said } = report;
  const next = { ...heard(opened(live, sessionId), at, retained), ...said, sessionId, seq };
  return since(live, next, at);
}

function opened(live: LiveState, sessionId: string | null): LiveState {
  if (sessionId === live.sessionId) return live;
  return { ...live, sessionId, formerSessionId: live.sessionId };
}

function heard(live: LiveState, at: number, retained: boolean): LiveState {
  if (retained) return live;
  return since(live, { ...live, connection: 'online', lastSeenAt: at }, at);
}

/** What silence makes of it, by the habits of its family. */
export function freshness(live: LiveState, at: number, patience: Patience): LiveState {
  if (live.connection === 'offline') return live;
  const silence = live.lastSeenAt === null ? Infinity : at - live.lastSeenAt;
  return since(live, { ...live, connection: connectionAfter(silence, patience) }, at);
}

/** @param silence milliseconds */
export function connectionAfter(silence: number, patience: Patience): Connection {
  if (silence >= patience.offlineAfterMs) return 'offline';
  return silence >= patience.staleAfterMs ? 'stale' : 'online';
}

function since(before: LiveState, after: LiveState, at: number): LiveState {
  const same = before.connection === after.connection && before.state === after.state;
  return same ? after : { ...after, since: at };
}

/** Whether the change is one that the database keeps and that may move a job. */
export function mattersToRuns(before: LiveState, after: LiveState): boolean {
  return (
    before.connection !== after.connection ||
    before.state !== after.state ||
    before.commandId !== after.commandId ||
    before.error !== after.error ||
    (before.progress === 1) !== (after.progress === 1)
  );
}

/** The canonical `live` object of the API and of the MQTT topic `live`. */
export interface PublicLive {
  connection: Connection;
  state: ObservedState | 'maintenance';
  job: { id: string } | null;
  commandId: string | null;
  progress: number | null;
  remaining: number | null;
  temperatures: Temperatures | null;
  power: number | null;
  error: string | null;
  since: string;
  lastSeenAt: string | null;
}

/** @param down whether our calendar has the machine out of use, whatever it says itself */
export function publicLive(live: LiveState, down = false): PublicLive {
  const busy = live.state === 'running' || live.state === 'paused';
  return {
    connection: live.connection,
    state: down ? 'maintenance' : live.state,
    job: live.jobId === null ? null : { id: live.jobId },
    commandId: live.commandId,
    progress: live.progress,
    remaining: busy ? live.remaining : null,
    temperatures: live.temperatures,
    power: live.power,
    error: live.error,
    since: new Date(live.since).toISOString(),
    lastSeenAt: live.lastSeenAt === null ? null : new Date(live.lastSeenAt).toISOString(),
  };
}
