import { connectAsync } from 'mqtt';
import { serveParent } from './child-side.js';
import { seenTopic } from './seen-topic.js';

/** As often as the gateway passes on what it applied. */
const tellMs = 50;

/** The least that can take machines' states in: mqtt.js and a JSON parser. */
serveParent(async ({ url, lab }: { url: string; lab: string }) => {
  const client = await connectAsync(url, { protocolVersion: 4, clean: true });
  let read = 0;
  let told = 0;
  client.on('message', (_, payload) => {
    JSON.parse(payload.toString());
    read += 1;
  });
  await client.subscribeAsync(`bare/v1/${lab}/+/state`, { qos: 1 });
  const timer = setInterval(() => {
    if (read === told) return;
    told = read;
    client.publish(seenTopic(lab), String(read), { qos: 0 });
  }, tellMs);
  return {
    ready: null,
    obey: () => Promise.reject(new Error('no orders')),
    stop: async () => {
      clearInterval(timer);
      await client.endAsync();
    },
  };
});
