import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startBroker } from '../../src/embedded/broker.js';
import { freePort } from '../../src/embedded/free-port.js';
import { mosquittoFiles } from '../../src/machines/mosquitto-files.js';
import { authenticateAccount } from '../../src/machines/mqtt-accounts.js';
import type { Database } from '../../src/platform/database/database.js';
import { environment, onDebian } from './environment.js';
import { eventually } from './eventually.js';

export interface TestBroker {
  /** With the account of our own processes, which may do everything. */
  readonly url: string;
  /** Without credentials. */
  readonly machineUrl: string;
  /** Makes accounts known that were added since the start. */
  refresh(): Promise<void>;
  /** As when its power is cut. */
  down(): Promise<void>;
  up(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const gateway = { username: 'creneau-gateway', password: randomBytes(12).toString('hex') };

/** The embedded broker or Debian's Mosquitto, with the accounts of that database. */
export async function startTestBroker(database: Database): Promise<TestBroker> {
  const port = await freePort();
  const running = onDebian ? await mosquitto(database, port) : await embedded(database, port);
  const address = new URL(`mqtt://127.0.0.1:${port}`);
  const machineUrl = address.toString();
  address.username = gateway.username;
  address.password = gateway.password;
  const restart = async () => {
    await running.down();
    await running.up();
  };
  return { url: address.toString(), machineUrl, restart, ...running };
}

type Running = Pick<TestBroker, 'refresh' | 'down' | 'up' | 'stop'>;

async function embedded(database: Database, port: number): Promise<Running> {
  const everything = ['#'];
  const start = () =>
    startBroker({
      port,
      host: '127.0.0.1',
      authenticate: async (username, password) => {
        if (username !== gateway.username) return authenticateAccount(database, username, password);
        return password === gateway.password
          ? { username, publish: everything, subscribe: everything }
          : null;
      },
      log: { info: () => undefined, warn: () => undefined },
    });
  let broker = await start();
  return {
    refresh: () => Promise.resolve(),
    down: () => broker.stop(),
    up: async () => {
      broker = await start();
    },
    stop: () => broker.stop(),
  };
}

async function mosquitto(database: Database, port: number): Promise<Running> {
  const folder = await mkdtemp(join(environment('TEST_FOLDER'), 'mosquitto-'));
  await chmod(folder, 0o755);
  const write = async () => {
    const { passwords, acl } = await mosquittoFiles(database, gateway);
    await writeFile(join(folder, 'passwd'), passwords, { mode: 0o644 });
    await writeFile(join(folder, 'acl'), acl, { mode: 0o644 });
  };
  await mkdir(folder, { recursive: true });
  await write();
  await writeFile(
    join(folder, 'mosquitto.conf'),
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${join(folder, 'passwd')}`,
      `acl_file ${join(folder, 'acl')}`,
      'persistence false',
      'max_queued_messages 100000',
      'log_type error',
    ].join('\n'),
  );
  let child = await launched(folder, port);
  return {
    refresh: async () => {
      await write();
      child.kill('SIGHUP');
    },
    down: () => ended(child, 'SIGKILL'),
    up: async () => {
      child = await launched(folder, port);
    },
    stop: () => ended(child, 'SIGTERM'),
  };
}

async function launched(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: '/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin:/bin' },
  });
  await eventually(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  }, 10_000);
  return child;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
