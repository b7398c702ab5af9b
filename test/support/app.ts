import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { bringUp } from '../../src/bring-up.js';
import { parseConfig } from '../../src/config/config.js';
import { freePort } from '../../src/embedded/free-port.js';
import { openApp } from '../../src/open-app.js';
import type { Database } from '../../src/platform/database/database.js';
import { createLog } from '../../src/platform/logging/log.js';
import { MqttLink } from '../../src/platform/mqtt/mqtt-link.js';
import { aLab } from '../builders/lab.js';
import type { LabOptions, TestLab } from '../builders/lab.js';
import { startTestBroker } from './broker.js';
import type { TestBroker } from './broker.js';
import { Client } from './client.js';
import { freshDatabase, freshRedis, preferredBackend } from './databases.js';
import { environment } from './environment.js';

export interface AppOptions {
  readonly lab?: LabOptions;
  readonly backend?: 'postgres' | 'redis';
  readonly variables?: Readonly<Record<string, string>>;
}

export interface TestApp {
  readonly base: string;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly broker: TestBroker;
  readonly nest: NestFastifyApplication;
  readonly lab: TestLab;
  /** A new client that is signed in as that member. */
  as(memberId: string, language?: 'fr' | 'en'): Promise<Client>;
  stop(): Promise<void>;
}

/** The whole application in this process, on real services, with a lab in it. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const { url, database, close } = await freshDatabase();
  const lab = await aLab(database, options.lab);
  const broker = await startTestBroker(database);
  const backend = options.backend ?? preferredBackend;
  const port = await freePort();
  const config = parseConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: url,
    MQTT_URL: broker.url,
    DATA_DIR: await mkdtemp(join(environment('TEST_FOLDER'), 'data-')),
    LOG_LEVEL: environment('TEST_LOG', 'silent'),
    ...(backend === 'redis' ? { REDIS_URL: await freshRedis() } : { QUEUE_BACKEND: 'postgres' }),
    ...options.variables,
  });
  const log = createLog(config.logLevel, false);
  const up = await bringUp(config, log);
  const nest = await openApp(config, up, log);
  await nest.listen(port, '127.0.0.1');
  nest.get(MqttLink).open();
  const base = `http://127.0.0.1:${port}`;
  return {
    base,
    database,
    databaseUrl: url,
    broker,
    nest,
    lab,
    as: async (memberId, language) =>
      new Client(base, language).withSession(await lab.session(memberId)),
    stop: async () => {
      await nest.close();
      await up.stop();
      await broker.stop();
      await close();
    },
  };
}
