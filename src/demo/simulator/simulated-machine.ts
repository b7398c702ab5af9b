import type { FileOrder, ParsedCommand } from './command.js';
import { answer, delivered } from './memory.js';
import type { Memory } from './memory.js';
import { obey } from './obey.js';
import { ackPublication, connection, factsheet, snapshot, telemetry } from './reports.js';
import type { Profile, Publication } from './reports.js';
import { phaseOf, progressOf, settled, workedMs } from './run.js';

/** A machine without its wires: what it remembers, and what it said last in this session. */
export interface MachineState {
  readonly memory: Memory;
  readonly session: Session | null;
  /** Work already shown; a clock that is set back never makes progress go back. */
  readonly shownMs: number;
}

interface Session {
  readonly id: string;
  readonly seq: number;
  /** What must be said at once when it changes. */
  readonly said: string;
  readonly progress: number;
  readonly stateAt: number;
  readonly telemetryAt: number;
}

/** Instants are epoch milliseconds. */
export type MachineEvent =
  | { readonly type: 'restored'; readonly at: number }
  | { readonly type: 'connected'; readonly sessionId: string; readonly at: number }
  | { readonly type: 'disconnected'; readonly at: number }
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'received'; readonly parsed: ParsedCommand; readonly at: number }
  | {
      readonly type: 'fetched';
      readonly commandId: string;
      readonly result: Fetched;
      readonly at: number;
    }
  | { readonly type: 'delivered'; readonly n: number; readonly at: number };

export type Fetched =
  | { readonly ok: true; readonly fileSeconds: number }
  | { readonly ok: false; readonly error: string };

export interface Step {
  readonly state: MachineState;
  readonly publications: readonly Publication[];
  /** The file to get now, if any. */
  readonly fetch: { readonly commandId: string; readonly order: FileOrder } | null;
}

/** The contract promises a snapshot every 5 s; a little sooner allows for late timers. */
const snapshotEveryMs = 4_500;
const progressEveryMs = 500;
const telemetryEveryMs = 5_000;

export function newMachine(memory: Memory): MachineState {
  return { memory, session: null, shownMs: 0 };
}

/** Pure: the same state and event always give the same step. */
export function step(profile: Profile, before: MachineState, event: MachineEvent): Step {
  const memory = remembered(profile, finishedInTime(before.memory, event.at), event);
  const sameRun = memory.run?.commandId === before.memory.run?.commandId;
  const worked = memory.run ? workedMs(memory.run, event.at) : 0;
  const shownMs = sameRun ? Math.max(before.shownMs, worked) : worked;
  const said = speak(profile, before, { ...before, memory, shownMs }, event);
  return { ...said, fetch: fileToFetch(before.memory, memory, event) };
}

/** A run whose time is over has ended, whether or not anyone looked at that moment. */
function finishedInTime(memory: Memory, at: number): Memory {
  if (!memory.run) return memory;
  const run = settled(memory.run, at);
  return run === memory.run ? memory : { ...answer(memory, run.commandId, 'finished'), run };
}

function remembered(profile: Profile, memory: Memory, event: MachineEvent): Memory {
  switch (event.type) {
    case 'received':
      if (event.parsed.kind === 'command')
        return obey(profile, memory, event.parsed.command, event.at);
      return event.parsed.commandId === null
        ? memory
        : answerMalformed(memory, event.parsed.commandId);
    case 'fetched':
      return event.commandId === memory.preparing?.commandId
        ? stored(memory, memory.preparing, event.result)
        : memory; // cancelled meanwhile
    case 'delivered':
      return delivered(memory, event.n);
    case 'restored':
    case 'connected':
    case 'disconnected':
    case 'tick':
      return memory;
  }
}

/** What a known command was told before still holds, however its repetition is garbled. */
function answerMalformed(memory: Memory, commandId: string): Memory {
  const known = memory.answered.some((ack) => ack.commandId === commandId);
  return known ? memory : answer(memory, commandId, 'rejected', 'malformed command');
}

function stored(
  memory: Memory,
  { commandId, jobId }: NonNullable<Memory['preparing']>,
  result: Fetched,
): Memory {
  const done = { ...memory, preparing: null };
  if (!result.ok) return answer(done, commandId, 'failed', result.error);
  const prepared = { jobId, fileSeconds: result.fileSeconds };
  return { ...answer(done, commandId, 'finished'), prepared };
}

/** A new order, or the one that a restart interrupted. */
function fileToFetch(before: Memory, after: Memory, event: MachineEvent): Step['fetch'] {
  const { preparing } = after;
  const isNew = preparing?.commandId !== before.preparing?.commandId;
  return preparing && (isNew || event.type === 'restored') ? preparing : null;
}

function speak(
  profile: Profile,
  before: MachineState,
  after: MachineState,
  event: MachineEvent,
): Pick<Step, 'state' | 'publications'> {
  if (event.type === 'disconnected')
    return { state: { ...after, session: null }, publications: [] };
  const begins = event.type === 'connected';
  const open = begins ? newSession(event.sessionId) : after.session;
  if (!open) return { state: after, publications: [] };
  const { at } = event;
  const publications: Publication[] = [];
  if (begins) publications.push(connection(open.id, 'online', at), factsheet(profile));

  const firstNew = begins ? 0 : before.memory.nextAck;
  const acks = after.memory.undelivered.filter((ack) => ack.n >= firstNew);
  publications.push(...acks.map(ackPublication));

  let session = open;
  const { run } = after.memory;
  const said = JSON.stringify([phaseOf(run), run?.commandId, run?.jobId, run?.endedAt]);
  const progress = run ? progressOf(run, after.shownMs) : 0;
  const changed = said !== open.said;
  const moved = progress !== open.progress && elapsed(open.stateAt, at) >= progressEveryMs;
  if (changed || moved || elapsed(open.stateAt, at) >= snapshotEveryMs) {
    const seq = open.seq + 1;
    const facts = { sessionId: open.id, seq, worked: after.shownMs, at };
    publications.push(snapshot(profile, run, facts));
    session = { ...session, seq, said, progress, stateAt: at };
  }
  const working = phaseOf(run) === 'running';
  if (changed || (working && elapsed(open.telemetryAt, at) >= telemetryEveryMs)) {
    publications.push(telemetry(profile, run, at));
    session = { ...session, telemetryAt: at };
  }
  return { state: { ...after, session }, publications };
}

function newSession(id: string): Session {
  return { id, seq: 0, said: '', progress: 0, stateAt: 0, telemetryAt: 0 };
}

/** Either way: a clock that is set back must not silence the machine. */
function elapsed(since: number, at: number): number {
  return Math.abs(at - since);
}
