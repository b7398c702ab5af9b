import { phaseOf, progressOf, remainingOf } from './run.js';
import type { Run } from './run.js';

/** What kind of machine is simulated. */
export interface Profile {
  readonly machineType: string;
  readonly model: string;
  readonly workArea: { readonly x: number; readonly y: number; readonly z: number } | null;
  /** How many times faster than its file says it runs. */
  readonly speed: number;
}

export interface Publication {
  /** Below `creneau/v1/{lab}/{machine}/`. */
  readonly topic: 'connection' | 'factsheet' | 'state' | 'telemetry' | 'ack';
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** The acknowledgement that this delivers. */
  readonly delivers?: number;
}

export interface Ack {
  /** Rises by one each; tells deliveries apart. */
  readonly n: number;
  readonly commandId: string;
  readonly status: 'accepted' | 'rejected' | 'finished' | 'failed';
  readonly error: string | null;
}

export function connection(
  sessionId: string,
  state: 'online' | 'offline' | 'lost',
  at: number,
): Publication {
  return retained('connection', { sessionId, state, at: instant(at) });
}

export function capabilitiesOf(profile: Profile): readonly string[] {
  const common = ['prepare', 'start', 'pause', 'resume', 'cancel'];
  return profile.machineType === 'laser_cutter' ? [...common, 'unlock', 'lock'] : common;
}

export function factsheet(profile: Profile): Publication {
  const { model, workArea } = profile;
  const capabilities = capabilitiesOf(profile);
  return retained('factsheet', { model, firmware: 'simulated/1', workArea, capabilities });
}

export function ackPublication({ n, commandId, status, error }: Ack): Publication {
  const payload = JSON.stringify({ commandId, status, ...(error === null ? {} : { error }) });
  return { topic: 'ack', payload, qos: 1, retain: false, delivers: n };
}

export function snapshot(
  profile: Profile,
  run: Run | null,
  facts: { sessionId: string; seq: number; worked: number; at: number },
): Publication {
  const { sessionId, seq, worked, at } = facts;
  return retained('state', {
    sessionId,
    seq,
    at: instant(at),
    state: phaseOf(run),
    commandId: run?.commandId ?? null,
    jobId: run?.jobId ?? null,
    progress: run ? progressOf(run, worked) : null,
    remaining: run ? remainingOf(run, worked) : null,
    temperatures: temperatures(profile, run, at),
    error: null,
  });
}

/** Watt, per phase. */
const power: Readonly<Record<string, Readonly<Record<'idle' | 'running' | 'paused', number>>>> = {
  fdm_printer: { idle: 8, paused: 65, running: 120 },
  resin_printer: { idle: 6, paused: 12, running: 48 },
  laser_cutter: { idle: 35, paused: 60, running: 480 },
};
const anyPower = { idle: 10, paused: 30, running: 200 };

export function telemetry(profile: Profile, run: Run | null, at: number): Publication {
  const base = (power[profile.machineType] ?? anyPower)[phaseOf(run)];
  // A little unrest, so that a display shows that the value is alive.
  const watt = round(base * (1 + 0.03 * Math.sin(at / 7_000)));
  const heat = temperatures(profile, run, at);
  const payload = JSON.stringify({ at: instant(at), power: watt, temperatures: heat });
  return { topic: 'telemetry', payload, qos: 0, retain: false };
}

const ambient = 22;
const heaters = {
  nozzle: { target: 215, riseMs: 4_000, fallMs: 45_000 },
  bed: { target: 60, riseMs: 9_000, fallMs: 90_000 },
};
type Heat = Record<string, { actual: number; target: number }>;

/** °C; first-order heating from the start of the run and cooling after its end. */
function temperatures(profile: Profile, run: Run | null, at: number): Heat | null {
  if (profile.machineType !== 'fdm_printer') return null;
  return Object.fromEntries(
    Object.entries(heaters).map(([name, { target, riseMs, fallMs }]) => {
      if (!run) return [name, { actual: ambient, target: 0 }];
      const heatedFor = Math.max(0, (run.endedAt ?? at) - run.startedAt);
      const reached = (target - ambient) * (1 - Math.exp(-heatedFor / riseMs));
      const cooledFor = run.endedAt === null ? 0 : Math.max(0, at - run.endedAt);
      const actual = round(ambient + reached * Math.exp(-cooledFor / fallMs));
      return [name, { actual, target: run.endedAt === null ? target : 0 }];
    }),
  );
}

function retained(topic: Publication['topic'], payload: object): Publication {
  return { topic, payload: JSON.stringify(payload), qos: 1, retain: true };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
