import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/embedded/free-port.js';
import { keepService } from '../../src/embedded/kept-service.js';
import type { Services } from './bring-up.js';
import type { Scope } from './scope.js';

export interface Server {
  readonly port: number;
}

const readyWithinMs = 20_000;
const program = fileURLToPath(new URL('../../../main.js', import.meta.url));

/** What both sides of a comparison are given. */
export const poolSize = 20;

/** The built program as it is deployed, in a process of its own with one role. */
export async function startServer(
  scope: Scope,
  services: Services,
  role: 'api' | 'gateway',
  mqttUrl = services.mqttUrl,
): Promise<Server> {
  const port = await freePort();
  const service = keepService({
    command: process.execPath,
    args: ['--enable-source-maps', '--max-semi-space-size=32', program],
    cwd: services.dataDir,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      ROLES: role,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: join(services.dataDir, role),
      DATABASE_URL: services.databaseUrl,
      DATABASE_POOL: String(poolSize),
      MQTT_URL: mqttUrl,
      ...(services.redisUrl ? { REDIS_URL: services.redisUrl } : { QUEUE_BACKEND: 'postgres' }),
      DEMO: 'false',
    },
    stopSignal: 'SIGTERM',
  });
  scope.add(() => service.stop());
  const ended = service.ended.then((reason) => ({ reason }));
  for (let waited = 0; waited < readyWithinMs; waited += 50) {
    if (await isReady(port)) return { port };
    const state = await Promise.race([ended, delay(50)]);
    if (state) throw new Error(`The server (${role}) did not start: ${state.reason}`);
  }
  throw new Error(`The server (${role}) was not ready in time.`);
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
