import { mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { DataSource } from 'typeorm';
import type { Config } from './config/config.js';
import { childEnvironment } from './config/environment.js';
import { startBroker } from './embedded/broker.js';
import { lockDataDir } from './embedded/data-dir-lock.js';
import { startEmbedded } from './embedded/embedded-services.js';
import { findRedis } from './embedded/redis.js';
import { authenticateAccount } from './machines/mqtt-accounts.js';
import { CannotStart, unreachable } from './platform/cannot-start.js';
import { dataSourceOptions, migrate } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import type { Log } from './platform/logging/log.js';
import { prepareQueueBackend } from './platform/queue/queue.module.js';
import type { Services } from './platform/services.js';
import { entities, migrations } from './schema.js';

export interface BroughtUp {
  readonly services: Services;
  readonly dataDir: string;
  readonly database: Database;
  /** The MQTT address without our own credentials, for machines. */
  readonly machineMqttUrl: string;
  readonly allEmbedded: boolean;
  stop(): Promise<void>;
}

const gatewayName = 'creneau-gateway';

/**
 * Brings up whatever has no address of its own, and migrates: the only place, with `embedded/`,
 * that knows which of the services are ours. What came up first goes down last.
 */
export async function bringUp(config: Config, log: Log): Promise<BroughtUp> {
  const dataDir = resolve(config.dataDir);
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.reverse().splice(0)) await step();
  };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    const needs = {
      postgres: config.database.url === null,
      queue: config.queue.redisUrl === null,
    };
    const searchPath =
      config.queue.backend === 'postgres' ? '' : (childEnvironment()['PATH'] ?? '');
    const redis = needs.queue ? await findRedis(searchPath) : null;
    // Copies on given services may share the folder, for the files in it.
    if (needs.postgres || redis !== null || config.mqtt.url === null) {
      const lock = await lockDataDir(dataDir);
      undo.push(() => lock.release());
    }
    const embedded = await startEmbedded({
      dataDir,
      needs,
      redis,
      log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
      onExit: (service, reason) => {
        log.fatal({ service, reason }, 'an embedded service stopped by itself');
        process.kill(process.pid, 'SIGTERM');
      },
    });
    undo.push(() => embedded.stop());

    const databaseUrl = config.database.url ?? embedded.databaseUrl;
    if (!databaseUrl) throw new CannotStart('No database: set DATABASE_URL.');
    const dataSource = await openDatabase(databaseUrl, log);
    undo.push(() => dataSource.destroy());
    const database = new Database(dataSource);
    const mqtt = await bringUpMqtt(config, database, log);
    undo.push(mqtt.stop);
    const services: Services = {
      databaseUrl,
      queue:
        config.queue.redisUrl === null
          ? (embedded.queue ?? { kind: 'postgres' })
          : { kind: 'redis', url: config.queue.redisUrl },
      mqttUrl: mqtt.ownUrl,
    };
    await prepareQueueBackend(services, log).catch(unreachable('The queue', 'REDIS_URL'));
    return {
      services,
      dataDir,
      database,
      machineMqttUrl: mqtt.machineUrl,
      allEmbedded: config.database.url === null && config.mqtt.url === null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(url: string, log: Log): Promise<DataSource> {
  const dataSource = new DataSource(dataSourceOptions(url, 3, entities, migrations));
  await dataSource.initialize().catch(unreachable('PostgreSQL', 'DATABASE_URL'));
  const ran = await migrate(dataSource);
  if (ran.length > 0) log.info({ migrations: ran }, 'database migrated');
  return dataSource;
}

async function bringUpMqtt(config: Config, database: Database, log: Log) {
  if (config.mqtt.url !== null) {
    const machineUrl = new URL(config.mqtt.url);
    machineUrl.username = '';
    machineUrl.password = '';
    const nothing = () => Promise.resolve();
    return { ownUrl: config.mqtt.url, machineUrl: machineUrl.toString(), stop: nothing };
  }
  // Nobody else ever learns it: it is new at each start.
  const secret = randomBytes(24).toString('base64url');
  const broker = await startBroker({
    port: config.mqtt.embeddedPort,
    host: config.mqtt.embeddedHost,
    authenticate: async (username, password) => {
      if (username !== gatewayName) return authenticateAccount(database, username, password);
      // Machines that are not ours speak under prefixes of their own.
      const everything = ['#'];
      return password === secret ? { username, publish: everything, subscribe: everything } : null;
    },
    log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
  });
  const own = new URL(broker.url);
  own.username = gatewayName;
  own.password = secret;
  return { ownUrl: own.toString(), machineUrl: broker.url, stop: () => broker.stop() };
}

/** A folder for job files: the configured one, or one in the data folder. */
export function filesFolder(config: Config): string {
  return config.files.folder ?? join(resolve(config.dataDir), 'files');
}
