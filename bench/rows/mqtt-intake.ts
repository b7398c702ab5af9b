import type { Bench } from '../bench.js';
import { startChild } from '../children/child.js';
import type { MqttLoadAnswer, MqttLoadOrder, MqttLoadSettings } from '../children/mqtt-load.js';
import { resultOf } from '../measure/result.js';
import type { Result, RowReport } from '../measure/result.js';
import { interleaved } from '../measure/rounds.js';
import { startMosquitto } from '../services/mosquitto.js';
import { scoped } from '../services/scope.js';
import type { Scope } from '../services/scope.js';
import { startServer } from '../services/server.js';
import type { Server } from '../services/server.js';

const turnMessages = 80_000;
const warmUpMessages = 20_000;

/** The gateway as it is deployed against a bare subscriber, on one broker after the other. */
export async function mqttIntake(bench: Bench): Promise<RowReport> {
  const { services } = bench;
  const results = [
    await scoped((scope) =>
      onBroker(bench, scope, services.mqttUrl, services.mqttGiven ? 'MQTT_URL' : 'embedded aedes'),
    ),
  ];
  const notes = [
    'MQTT: states of 50 machines, QoS 1 and retained, sent no faster than they are applied; the gateway role ' +
      'alone in its process decodes, checks, applies and passes every machine’s newest state on 20 times a ' +
      'second; the bare subscriber parses JSON and tells its count as often.',
  ];
  if (services.mqttGiven) return { results, notes };
  const mosquitto = await scoped(async (scope) => {
    const url = await startMosquitto(scope, services.dataDir);
    return url === null ? null : onBroker(bench, scope, url, 'Mosquitto');
  });
  if (mosquitto) results.push(mosquitto);
  else notes.push('MQTT: no mosquitto is installed, so its row is missing.');
  return { results, notes };
}

async function onBroker(
  { options, services, lab }: Bench,
  scope: Scope,
  url: string,
  broker: string,
): Promise<Result> {
  const gateway = await startServer(scope, services, 'gateway', url);
  const settings: MqttLoadSettings = {
    url,
    lab: lab.slug,
    machines: lab.machines.map(({ slug }) => slug),
  };
  const load = await startChild('mqtt-load', settings);
  scope.add(() => load.stop());
  const bare = await startChild('bare-subscriber', { url, lab: lab.slug });
  scope.add(() => bare.stop());

  const messages = Math.ceil(turnMessages * options.scale);
  const send = (order: MqttLoadOrder) => load.ask<MqttLoadAnswer>(order);
  const ours = async (messages: number) => {
    const before = await taken(gateway);
    const answer = await send({ side: 'ours', messages });
    const missing = messages - ((await taken(gateway)) - before);
    if (missing !== 0) throw new Error(`${missing} messages did not reach the gateway`);
    return answer;
  };
  await ours(warmUpMessages);
  await send({ side: 'bare', messages: warmUpMessages });
  const pairs = await interleaved(options.rounds, {
    ours: () => ours(messages),
    bare: () => send({ side: 'bare', messages }),
  });
  const what = `MQTT states taken in, ${broker}`;
  return resultOf({ what, unit: '/s', aim: { atLeast: 0.5 } }, pairs, ({ perSecond }) => perSecond);
}

/** How many messages the gateway itself says it took. */
async function taken({ port }: Server): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^creneau_mqtt_messages_total\{outcome="taken"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}
