import type { OutboxMessage } from '../outbox/outbox-relay.js';
import { PoisonMessage } from '../outbox/outbox-relay.js';
import type { MqttLink } from './mqtt-link.js';

/** `creneau/v1/{lab}/changes/{kind}/{id}`: ids only, since anyone with an account may listen. */
export async function publishChanges(
  mqtt: MqttLink,
  messages: readonly OutboxMessage[],
): Promise<void> {
  await Promise.all(
    messages.map(async ({ id, payload }) => {
      const { type, id: subject, lab, kind } = payload;
      if (typeof lab !== 'string' || typeof kind !== 'string' || typeof subject !== 'string') {
        throw new PoisonMessage(id, 'a change needs lab, kind and id');
      }
      const body = JSON.stringify({ type, id: subject, at: new Date().toISOString() });
      await mqtt.publish(`creneau/v1/${lab}/changes/${kind}/${subject}`, body, { qos: 1 });
    }),
  );
}
