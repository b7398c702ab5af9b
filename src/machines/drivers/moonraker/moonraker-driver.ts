import { z } from 'zod';
import { Undecodable } from '../driver.js';
import type { Decoded, Driver, Report } from '../driver.js';
import { parsedJson, valid } from '../shared/json-message.js';
import { expected, followed, noStory, reportOf, runsAnother } from '../shared/run-story.js';
import type { RunStory } from '../shared/run-story.js';
import { moonrakerConfig } from './config.js';
import type { MoonrakerConfig } from './config.js';
import { moonrakerDelivery } from './file-delivery.js';
import { merged, nothingKnown, ofOneField, statusMessage, wordOf } from './printer-status.js';
import type { PrinterStatus } from './printer-status.js';
import { answeredTo, askForAll, commandAnswer, rpcAnswer, rpcOf } from './rpc.js';

/** Klipper under Moonraker, by its section `[mqtt]`; files by its HTTP interface. */
export interface MoonrakerState {
  readonly status: PrinterStatus;
  readonly story: RunStory;
}

const maxPayloadBytes = 64 * 1024;
const server = z.object({ server: z.enum(['online', 'offline']) });

/** Nothing new, and yet it is there. */
const signOfLife: Report = { kind: 'telemetry', power: null, temperatures: null };

export const moonrakerDriver: Driver<MoonrakerConfig, MoonrakerState> = {
  family: 'moonraker',
  capabilities: ['prepare', 'start', 'pause', 'resume', 'cancel'],
  config: moonrakerConfig,
  secrets: ['apiKey'],
  prefixOf: ({ instance }) => instance,
  subscriptions: [
    { filter: 'moonraker/status', qos: 1 },
    { filter: 'moonraker/api/response', qos: 1 },
    { filter: 'klipper/status', qos: 1 },
    { filter: 'klipper/state/#', qos: 1 },
  ],
  listensTo: ['moonraker/api/request'],
  // It is asked every 5 s, however little it has to say by itself.
  patience: { staleAfterMs: 15_000, offlineAfterMs: 60_000 },
  initial: { status: nothingKnown, story: noStory },

  decode(topic, payload, previous) {
    // An empty retained message only clears the topic.
    if (payload.length === 0) return { reports: [], next: previous };
    const value = parsedJson(payload, maxPayloadBytes);
    if (topic === 'moonraker/status') {
      const { server: state } = valid(server, value);
      return { reports: [{ kind: 'connection', sessionId: null, state }], next: previous };
    }
    if (topic === 'moonraker/api/response') return answered(value, previous);
    if (topic === 'klipper/status')
      return told(merged(previous.status, valid(statusMessage, value), false), previous);
    const [, object, field] = /^klipper\/state\/([^/]+)\/([^/]+)$/.exec(topic) ?? [];
    if (!object || !field) throw new Undecodable('the topic is not one of ours');
    return told(merged(previous.status, ofOneField(object, field, value), false), previous);
  },

  expect(run, previous) {
    const story = expected(previous.story, run, wordOf(previous.status));
    if (story === previous.story) return { reports: [], next: previous };
    return understood({ ...previous, story });
  },

  encode(command, { state }) {
    const { run } = command;
    if (!run) return { refuse: 'a machine of this kind is only told of runs' };
    if (runsAnother(wordOf(state.status), run.file))
      return { refuse: 'the machine is busy with something else' };
    const publication = rpcOf(command, run);
    return publication
      ? [publication]
      : { refuse: `a machine of this kind cannot ${command.type}` };
  },

  enquiry: { everyMs: 5_000, of: () => [askForAll()] },
  http: null,
  delivery: moonrakerDelivery,
};

function answered(value: unknown, previous: MoonrakerState): Decoded<MoonrakerState> {
  const said = valid(rpcAnswer, value);
  const question = answeredTo(said.id);
  // To another client: it is nothing to us.
  if (!question) return { reports: [signOfLife], next: previous };
  if (question.to !== 'whole') {
    const answer = commandAnswer(question.to, said);
    if (!answer) return { reports: [signOfLife], next: previous };
    return { reports: [{ kind: 'ack', commandId: question.commandId, ...answer }], next: previous };
  }
  if (!('error' in said))
    return told(merged(previous.status, valid(statusMessage, said.result), true), previous);
  // Moonraker is there and Klipper is not, or not yet.
  const webhooks = { state: 'disconnected', state_message: said.error.message.slice(0, 500) };
  return told(merged(previous.status, { eventtime: 0, status: { webhooks } }, true), previous);
}

function told(status: PrinterStatus, previous: MoonrakerState): Decoded<MoonrakerState> {
  const word = wordOf(status);
  if (status === previous.status || !word)
    return { reports: [signOfLife], next: { ...previous, status } };
  return understood({ status, story: followed(previous.story, word) });
}

function understood(next: MoonrakerState): Decoded<MoonrakerState> {
  const word = wordOf(next.status);
  return { reports: word ? [reportOf(next.story, word)] : [], next };
}
