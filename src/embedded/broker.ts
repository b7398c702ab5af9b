import { Aedes } from 'aedes';
import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { EmbeddedLog } from './embedded-log.js';
import { CannotStart } from '../platform/cannot-start.js';
import { covers, matches } from './topic-filter.js';

export interface BrokerAccount {
  readonly username: string;
  /** Topic filters. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export interface BrokerOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  authenticate(username: string, password: string): Promise<BrokerAccount | null>;
  readonly log: EmbeddedLog;
}

/** No message of ours is near this; files never travel over MQTT. */
const maxPayloadBytes = 256 * 1024;
const badCredentials = 4;
const logEveryMs = 60_000;

/**
 * An MQTT 3.1.1 broker in this process, for a lab on one box. It keeps retained messages and
 * sessions in memory: after a restart machines and gateway say theirs again.
 */
export async function startBroker(
  options: BrokerOptions,
): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const { log } = options;
  const accounts = new WeakMap<Client, BrokerAccount>();
  const wills = new WeakMap<Client, string>();
  const sessions = new Map<string, string>();
  const refusals = new Map<string, number>();
  const noteRefusal = (who: string, what: string) => {
    const now = performance.now();
    if (now - (refusals.get(who) ?? -Infinity) < logEveryMs) return;
    refusals.set(who, now);
    log.warn(`MQTT: ${who} was refused: ${what}`);
  };

  const hooks: AedesOptions = {
    maxClientsIdLength: 128,
    connectTimeout: 10_000,
    queueLimit: 100_000,
    preConnect: (client, packet, done) => {
      if (packet.will) wills.set(client, packet.will.topic);
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      const refuse = (why: string) => {
        noteRefusal(username ?? 'a client without a name', why);
        done(refusal(), false);
      };
      if (username === undefined || password === undefined) return refuse('no credentials');
      options.authenticate(username, password.toString('utf8')).then(
        (account) => {
          if (!account) return refuse('wrong credentials');
          const holder = sessions.get(client.id);
          // A client id is a session: nobody takes over another account's.
          if (holder !== undefined && holder !== username)
            return refuse('client id of another account');
          const will = wills.get(client);
          if (will !== undefined && !mayPublish(account, will))
            return refuse('a will on a foreign topic');
          accounts.set(client, account);
          sessions.set(client.id, username);
          done(null, true);
        },
        (error: Error) => refuse(error.message),
      );
    },
    authorizePublish: (client, packet, done) => {
      if (client === null) return done(null);
      const account = accounts.get(client);
      const size = packet.payload.length;
      if (account && mayPublish(account, packet.topic) && size <= maxPayloadBytes)
        return done(null);
      noteRefusal(
        account?.username ?? 'a client',
        `publishing ${size} bytes on ${packet.topic.slice(0, 120)}`,
      );
      done(new Error('not allowed'));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const account = accounts.get(client);
      if (account?.subscribe.some((filter) => covers(filter, subscription.topic)))
        return done(null, subscription);
      noteRefusal(
        account?.username ?? 'a client',
        `subscribing to ${subscription.topic.slice(0, 120)}`,
      );
      done(null, null);
    },
  };
  const broker = await Aedes.createBroker(hooks);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => reject(explained(error, options.port)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = options.host === '0.0.0.0' ? '127.0.0.1' : options.host;
  return {
    url: `mqtt://${name}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        broker.close(() => {
          server.close(() => resolve());
          // Who has not finished to sign in is no client yet, and would hold the stop up.
          sockets.forEach((socket) => socket.destroy());
        });
      }),
  };
}

function mayPublish(account: BrokerAccount, topic: string): boolean {
  if (topic.startsWith('$') || /[+#]/.test(topic)) return false;
  return account.publish.some((filter) => matches(filter, topic));
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('not authorised'), { returnCode: badCredentials });
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new CannotStart(
    `MQTT port ${port} is taken by another program. Set MQTT_PORT to a free one, or MQTT_URL to use that broker.`,
  );
}
