import { z } from 'zod';
import { Undecodable } from '../driver.js';
import type {
  Decoded,
  Driver,
  OutgoingCommand,
  Publication,
  Report,
  Temperatures,
} from '../driver.js';
import { parsedJson, valid } from '../shared/json-message.js';

/** The native machine contract, `docs/mqtt.md`; shapes borrowed from VDA 5050. */

const maxPayloadBytes = 64 * 1024;

const finite = z.number().refine(Number.isFinite);
const temperatures = z.record(
  z.string().max(40),
  z.object({ actual: finite, target: finite.nullish() }),
);

const connection = z.object({
  sessionId: z.string().min(1).max(100),
  state: z.enum(['online', 'offline', 'lost']),
});

const state = z.object({
  sessionId: z.string().min(1).max(100).nullish(),
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  state: z.enum(['idle', 'running', 'paused', 'attention', 'error']),
  commandId: z.string().max(100).nullish(),
  jobId: z.string().max(100).nullish(),
  progress: z.number().min(0).max(1).nullish(),
  remaining: z.number().min(0).max(31_536_000).nullish(),
  temperatures: temperatures.nullish(),
  error: z.string().max(500).nullish(),
});

const telemetry = z.object({
  power: finite.nullish(),
  temperatures: temperatures.nullish(),
});

const ack = z.object({
  commandId: z.string().min(1).max(100),
  status: z.enum(['accepted', 'rejected', 'finished', 'failed']),
  error: z.string().max(500).nullish(),
});

const factsheet = z.object({ capabilities: z.array(z.string().max(40)).max(50) });

const topics = ['connection', 'factsheet', 'state', 'telemetry', 'ack'];

/** A machine that says which command it carries out: nothing need be remembered of it. */
export const nativeDriver: Driver<Record<string, never>, null> = {
  family: 'native',
  capabilities: ['prepare', 'start', 'pause', 'resume', 'cancel', 'unlock', 'lock'],
  config: z.strictObject({}),
  secrets: [],
  prefixOf: () => null,
  subscriptions: topics.map((filter) => ({ filter, qos: 1 })),
  listensTo: ['command'],
  // It snapshots itself at least every 5 s: three missed make it stale, a minute offline.
  patience: { staleAfterMs: 15_000, offlineAfterMs: 60_000 },
  initial: null,

  decode(topic: string, payload: Buffer): Decoded<null> {
    return { reports: reportsOf(topic, payload), next: null };
  },

  expect: () => ({ reports: [], next: null }),

  encode(command: OutgoingCommand): readonly Publication[] {
    const payload = JSON.stringify({
      commandId: command.commandId,
      type: command.type,
      jobId: command.jobId,
      issuedAt: command.issuedAt.toISOString(),
      expiresAt: command.expiresAt.toISOString(),
      args: command.args,
    });
    return [{ via: 'mqtt', topic: 'command', payload, qos: 1 }];
  },

  enquiry: null,
  http: null,
  // It fetches its file from the address in the command.
  delivery: null,
};

function reportsOf(topic: string, payload: Buffer): readonly Report[] {
  // An empty retained message only clears the topic.
  if (payload.length === 0) return [];
  const value = parsedJson(payload, maxPayloadBytes);
  switch (topic) {
    case 'connection':
      return [{ kind: 'connection', ...valid(connection, value) }];
    case 'state':
      return [stateReport(valid(state, value))];
    case 'telemetry': {
      const sample = valid(telemetry, value);
      return [
        {
          kind: 'telemetry',
          power: sample.power ?? null,
          temperatures: asTemperatures(sample.temperatures),
        },
      ];
    }
    case 'ack': {
      const answer = valid(ack, value);
      return [{ kind: 'ack', ...answer, error: answer.error ?? null }];
    }
    case 'factsheet':
      return [{ kind: 'factsheet', ...valid(factsheet, value) }];
    default:
      throw new Undecodable('the topic is not one of ours');
  }
}

function stateReport(snapshot: z.infer<typeof state>): Report {
  return {
    kind: 'state',
    sessionId: snapshot.sessionId ?? null,
    seq: snapshot.seq,
    state: snapshot.state,
    commandId: snapshot.commandId ?? null,
    jobId: snapshot.jobId ?? null,
    progress: snapshot.progress ?? null,
    remaining: snapshot.remaining ?? null,
    temperatures: asTemperatures(snapshot.temperatures),
    error: snapshot.error ?? null,
  };
}

function asTemperatures(
  given: z.infer<typeof temperatures> | null | undefined,
): Temperatures | null {
  if (!given) return null;
  return Object.fromEntries(
    Object.entries(given).map(([name, { actual, target }]) => [
      name,
      { actual, target: target ?? null },
    ]),
  );
}
