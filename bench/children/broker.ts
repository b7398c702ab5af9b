import { startBroker } from '../../src/embedded/broker.js';
import { serveParent } from './child-side.js';

export interface BrokerReady {
  readonly url: string;
}

/** The embedded broker in a process of its own, so that its cost is not counted as a subscriber's. */
serveParent(async () => {
  const broker = await startBroker({
    port: 0,
    host: '127.0.0.1',
    authenticate: (username) => Promise.resolve({ username, publish: ['#'], subscribe: ['#'] }),
    log: { info: () => undefined, warn: (message) => console.error(message) },
  });
  const url = new URL(broker.url);
  url.username = 'bench';
  url.password = 'bench';
  const ready: BrokerReady = { url: url.toString() };
  return {
    ready,
    obey: () => Promise.reject(new Error('no orders')),
    stop: () => broker.stop(),
  };
});
