import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startTestBroker } from './broker.js';
import { freshDatabase, freshRedis } from './databases.js';
import { environment, onDebian } from './environment.js';
import { newDataDir, startServer } from './server.js';
import type { Server, ServerOptions } from './server.js';

const run = promisify(execFile);

export interface DemoServer extends Server {
  /** Another start of the same lab; the one before must have ended. */
  again(): Promise<DemoServer>;
  /** Stops it and what was brought up for it. */
  stop(): Promise<void>;
}

/**
 * The demo lab as `npm start` runs it: on embedded services, or with `DATABASE_URL`, `REDIS_URL`
 * and `MQTT_URL` set to the distribution's.
 */
export async function startDemo(variables: Record<string, string> = {}): Promise<DemoServer> {
  if (!onDebian) return started({ variables }, () => Promise.resolve());
  const dataDir = await newDataDir();
  const fresh = await freshDatabase();
  // As an operator does it: the lab first, since the broker's files are made from its accounts.
  await run(process.execPath, ['dist/cli.js', 'demo'], {
    env: { PATH: environment('PATH'), DATABASE_URL: fresh.url, DATA_DIR: dataDir },
  });
  const broker = await startTestBroker(fresh.database);
  const options = {
    dataDir,
    mqttPort: Number(new URL(broker.machineUrl).port),
    variables: {
      DATABASE_URL: fresh.url,
      REDIS_URL: await freshRedis(),
      MQTT_URL: broker.url,
      DEMO: 'true',
      ...variables,
    },
  };
  return started(options, async () => {
    await broker.stop();
    await fresh.close();
  });
}

async function started(options: ServerOptions, tidy: () => Promise<void>): Promise<DemoServer> {
  const server = await startServer(options);
  const same = {
    ...options,
    dataDir: server.dataDir,
    port: server.port,
    mqttPort: server.mqttPort,
  };
  return {
    ...server,
    again: () => started(same, tidy),
    stop: async () => {
      await server.kill('SIGINT');
      await tidy();
    },
  };
}
