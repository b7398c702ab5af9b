import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A stretch of network between the application and a service, for a test to break. */
export interface Line {
  /** The service's address, by way of the line. */
  readonly url: string;
  /** What the application says goes nowhere; it still hears, and nobody notices yet. */
  hold(): void;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Takes connections again, and passes nothing on. */
  mendHeld(): Promise<void>;
  /** How many there are. */
  connections(): number;
}

export async function openLine(url: string): Promise<Line> {
  const to = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let held = false;
  const start = async (port: number) => {
    const server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      const pair = [near, far] as const;
      pairs.add(pair);
      for (const [from, into] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (bytes) => void ((held && from === near) || into.write(bytes)));
        // An end that is cut is an error for whoever still wrote: the point of it.
        from.on('error', () => into.destroy());
        from.on('close', () => (into.destroy(), pairs.delete(pair)));
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await start(0);
  const { port } = server.address() as AddressInfo;
  const near = new URL(url);
  near.hostname = '127.0.0.1';
  near.port = String(port);
  const mend = async (andHold: boolean) => {
    held = andHold;
    server = await start(port);
  };
  return {
    url: near.toString(),
    connections: () => pairs.size,
    hold: () => void (held = true),
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const pair of pairs) pair.forEach((socket) => socket.destroy());
      await closed;
    },
    mend: () => mend(false),
    mendHeld: () => mend(true),
  };
}
