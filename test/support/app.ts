import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { bringUp } from '../../src/bring-up.js';
import { parseConfig } from '../../src/config/config.js';
import { freePort } from '../../src/embedded/free-port.js';
import { openApp } from '../../src/open-app.js';
import type { Database } from '../../src/platform/database/database.js';
import { createLog } from '../../src/platform/logging/log.js';
import type { Log } from '../../src/platform/logging/log.js';
import { MqttLink } from '../../src/platform/mqtt/mqtt-link.js';
import { aLab } from '../builders/lab.js';
import type { LabOptions, TestLab } from '../builders/lab.js';
import { startTestBroker } from './broker.js';
import type { TestBroker } from './broker.js';
import { Client } from './client.js';
import { TestClock } from './clock.js';
import { freshDatabase, freshRedis, preferredBackend } from './databases.js';
import { environment } from './environment.js';
import { openLine } from './line.js';
import type { Line } from './line.js';
import type { StoppedClock } from './stopped-clock.js';

export interface AppOptions {
  readonly lab?: LabOptions;
  readonly backend?: 'postgres' | 'redis';
  readonly variables?: Readonly<Record<string, string>>;
  /** Puts a line that can be broken between the application and this service. */
  readonly cuttable?: 'database' | 'broker';
  /** Left out: none is written, unless TEST_LOG names a level. */
  readonly log?: Log;
  /** Stops the clock at this instant, in the database too; the test moves it from there. */
  readonly at?: string;
  /** Another copy on the same services and files as that one. */
  readonly beside?: TestApp;
}

/** What copies of the application share. */
interface Ground {
  readonly database: Database;
  readonly stoppedClock: StoppedClock | null;
  readonly databaseUrl: string;
  readonly broker: TestBroker;
  readonly lab: TestLab;
  readonly dataDir: string;
  readonly queue: Readonly<Record<string, string>>;
}

export interface TestApp extends Ground {
  readonly base: string;
  readonly nest: NestFastifyApplication;
  readonly clock: TestClock;
  /** Of an application that was started `at` an instant. */
  readonly time: StoppedClock;
  /** To the service that was made cuttable. */
  readonly line: Line;
  /** A new client that is signed in as that member. */
  as(memberId: string, language?: 'fr' | 'en'): Promise<Client>;
  /** Leaves before the application stops. */
  guest: (leave: () => Promise<void>) => void;
  stop(): Promise<void>;
}

/** The whole application in this process, on real services, with a lab in it. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const { ground, leave } = options.beside
    ? { ground: options.beside, leave: () => Promise.resolve() }
    : await newGround(options);
  const { database, databaseUrl, broker, lab, dataDir, queue, stoppedClock } = ground;
  const urls = { database: databaseUrl, broker: broker.url };
  const line = options.cuttable ? await openLine(urls[options.cuttable]) : null;
  if (line && options.cuttable) urls[options.cuttable] = line.url;

  const port = await freePort();
  const config = parseConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: urls.database,
    MQTT_URL: urls.broker,
    DATA_DIR: dataDir,
    LOG_LEVEL: environment('TEST_LOG', 'silent'),
    ...queue,
    ...options.variables,
  });
  const log = options.log ?? createLog(config.logLevel, false);
  const up = await bringUp(config, log);
  const clock = new TestClock();
  const nest = await openApp(config, up, log, stoppedClock ?? clock);
  await nest.listen(port, config.http.host);
  nest.get(MqttLink).open();
  const base = `http://127.0.0.1:${port}`;
  const guests: (() => Promise<void>)[] = [];
  return {
    base,
    database,
    databaseUrl,
    broker,
    lab,
    dataDir,
    queue,
    nest,
    clock,
    stoppedClock,
    get time() {
      if (!stoppedClock) throw new Error('start the application `at` an instant');
      return stoppedClock;
    },
    get line() {
      if (!line) throw new Error('start the application with `cuttable`');
      return line;
    },
    as: async (memberId, language) =>
      new Client(base, language).withSession(await lab.session(memberId)),
    guest: (leave) => void guests.push(leave),
    stop: async () => {
      await Promise.all(guests.map((leave) => leave()));
      await nest.close();
      await up.stop();
      await line?.cut();
      await leave();
    },
  };
}

async function newGround(
  options: AppOptions,
): Promise<{ ground: Ground; leave(this: void): Promise<void> }> {
  const fresh = await freshDatabase('migrated', options.at);
  const { database } = fresh;
  const lab = await aLab(database, options.lab);
  const broker = await startTestBroker(database);
  const redis = (options.backend ?? preferredBackend) === 'redis';
  return {
    ground: {
      database,
      stoppedClock: fresh.clock,
      databaseUrl: fresh.url,
      broker,
      lab,
      dataDir: await mkdtemp(join(environment('TEST_FOLDER'), 'data-')),
      queue: redis ? { REDIS_URL: await freshRedis() } : { QUEUE_BACKEND: 'postgres' },
    },
    leave: async () => {
      await broker.stop();
      await fresh.close();
    },
  };
}
