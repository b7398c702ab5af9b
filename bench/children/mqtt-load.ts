import { randomUUID } from 'node:crypto';
import { connectAsync } from 'mqtt';
import type { PublicLive } from '../../src/machines/live/live-state.rules.js';
import { serveParent } from './child-side.js';
import { seenTopic } from './seen-topic.js';
import { MqttPublisher } from './mqtt-publisher.js';

export interface MqttLoadSettings {
  readonly url: string;
  readonly lab: string;
  readonly machines: readonly string[];
}

export interface MqttLoadOrder {
  /** Ours listen below `creneau/v1`, the bare subscriber below `bare/v1`. */
  readonly side: 'ours' | 'bare';
  readonly messages: number;
}

export interface MqttLoadAnswer {
  readonly perSecond: number;
}

/** Not confirmed by the broker: what it can take in at once. */
const mostUnconfirmed = 500;
/** Not yet known to be applied by the subscriber: below every limit at which a broker drops. */
const mostUnseen = 6_000;
const together = 50;
const patienceMs = 10_000;

/**
 * Sends states of machines as fast as the subscriber under test applies them, and not faster.
 * Ours tells by its `live` messages: `remaining` carries the number of the state that was applied
 * last. The bare subscriber tells how many it has read.
 */
serveParent(async ({ url, lab, machines }: MqttLoadSettings) => {
  let wake = () => undefined as void;
  const publisher = await MqttPublisher.open(url, `bench-load-${process.pid}`, () => wake());
  const listener = await connectAsync(url, { protocolVersion: 4, clean: true });
  const seen = { ours: 0, bare: 0 };
  const sent = { ours: 0, bare: 0 };
  const applied = new Map<string, number>();
  listener.on('message', (topic, payload) => {
    if (topic === seenTopic(lab)) seen.bare = Number(payload.toString());
    else {
      const number =
        payload.length === 0 ? 0 : ((JSON.parse(payload.toString()) as PublicLive).remaining ?? 0);
      seen.ours += number - (applied.get(topic) ?? 0);
      applied.set(topic, number);
    }
    wake();
  });
  await listener.subscribeAsync([`creneau/v1/${lab}/+/live`, seenTopic(lab)], { qos: 0 });
  const state = stateWriter();

  const something = () =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`stuck: ${JSON.stringify({ sent, seen })}`)),
        patienceMs,
      );
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    ready: null,
    obey: async ({ side, messages }: MqttLoadOrder): Promise<MqttLoadAnswer> => {
      const root = side === 'ours' ? 'creneau/v1' : 'bare/v1';
      const begun = performance.now();
      const last = sent[side] + messages;
      while (seen[side] < last) {
        const room = Math.min(
          together,
          last - sent[side],
          mostUnconfirmed - publisher.unconfirmed,
          mostUnseen - (sent[side] - seen[side]),
        );
        for (let added = 0; added < room; added += 1) {
          // Every machine in turn, so that the number of its own states is known.
          const turn = sent[side]++;
          const machine = machines[turn % machines.length] ?? '';
          const number = Math.floor(turn / machines.length) + 1;
          publisher.add(`${root}/${lab}/${machine}/state`, state(number));
        }
        publisher.flush();
        await (room > 0 ? new Promise<void>((resolve) => setImmediate(resolve)) : something());
      }
      return { perSecond: (messages / (performance.now() - begun)) * 1_000 };
    },
    stop: async () => {
      publisher.close();
      // A broker that was given to us keeps nothing of ours.
      for (const machine of machines) {
        for (const topic of [
          `creneau/v1/${lab}/${machine}/state`,
          `bare/v1/${lab}/${machine}/state`,
          `creneau/v1/${lab}/${machine}/live`,
        ])
          await listener.publishAsync(topic, '', { qos: 1, retain: true });
      }
      await listener.endAsync();
    },
  };
});

/** A snapshot of a machine at work, of some 350 bytes, as `docs/mqtt.md` has it. */
function stateWriter(): (number: number) => string {
  const [sessionId, commandId, jobId] = [randomUUID(), randomUUID(), randomUUID()];
  const head = `{"sessionId":"${sessionId}","at":"${new Date().toISOString()}","state":"running","commandId":"${commandId}","jobId":"${jobId}"`;
  const tail = `"temperatures":{"nozzle":{"actual":214.8,"target":215},"bed":{"actual":60.1,"target":60}},"error":null}`;
  return (number) =>
    `${head},"seq":${number},"progress":${(number % 1_000) / 1_000},"remaining":${number},${tail}`;
}
