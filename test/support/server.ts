import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/free-port.js';
import { environment } from './environment.js';
import { eventually } from './eventually.js';

export interface Server {
  readonly base: string;
  readonly dataDir: string;
  readonly port: number;
  readonly mqttPort: number;
  readonly pid: number;
  /** All it has printed. */
  output(): string;
  /** Resolves with the exit code once it has ended; null when a signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

export interface ServerOptions {
  /** Left out: a new one. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly mqttPort?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** The built program in a process of its own, as `npm start` runs it; not yet ready. */
export async function spawnServer(options: ServerOptions = {}): Promise<Server> {
  const port = options.port ?? (await freePort());
  const mqttPort = options.mqttPort ?? (await freePort());
  const dataDir = options.dataDir ?? (await newDataDir());
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--max-semi-space-size=32', 'dist/main.js'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: environment('PATH'),
        HOME: environment('HOME', '/'),
        PORT: String(port),
        HOST: '127.0.0.1',
        MQTT_PORT: String(mqttPort),
        DATA_DIR: dataDir,
        ...options.variables,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    base: `http://127.0.0.1:${port}`,
    dataDir,
    port,
    mqttPort,
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    kill: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** The same, once it answers that everything it depends on is there. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const server = await spawnServer(options);
  let code: number | null | undefined;
  void server.ended.then((ended) => (code = ended));
  await eventually(async () => {
    if (code !== undefined) return;
    const response = await fetch(`${server.base}/health/ready`);
    if (response.status !== 200) throw new Error(`not ready: ${await response.text()}`);
  });
  if (code !== undefined) throw new Error(`the server ended with ${code}:\n${server.output()}`);
  return server;
}

export async function newDataDir(): Promise<string> {
  const folder = await mkdtemp(join(environment('TEST_FOLDER'), 'server-'));
  // PostgreSQL runs as a user of its own where we are root.
  await chmod(folder, 0o711);
  return folder;
}
