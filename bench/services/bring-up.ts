import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { startEmbedded } from '../../src/embedded/embedded-services.js';
import { findRedis } from '../../src/embedded/redis.js';
import { dataSourceOptions, migrate } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { entities, migrations } from '../../src/schema.js';
import { startChild } from '../children/child.js';
import type { BrokerReady } from '../children/broker.js';
import { ownDatabase } from './own-database.js';
import { ownRedis } from './own-redis.js';
import type { Scope } from './scope.js';

export interface Services {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly database: Database;
  /** Null: no Redis given and none on the PATH. */
  readonly redisUrl: string | null;
  /** Of MQTT_URL, or of the embedded broker in a process of its own. */
  readonly mqttUrl: string;
  readonly mqttGiven: boolean;
  /** One line each, for the report. */
  readonly described: readonly string[];
}

/** The given services, or the project's own embedded ones in a folder that is gone afterwards. */
export async function bringUp(scope: Scope): Promise<Services> {
  const { DATABASE_URL, REDIS_URL, MQTT_URL, PATH = '' } = process.env;
  const dataDir = await mkdtemp(join(tmpdir(), 'creneau-bench-'));
  scope.add(() => rm(dataDir, { recursive: true, force: true }));
  // The system user of the embedded PostgreSQL passes through.
  await chmod(dataDir, 0o711);
  const embedded = await startEmbedded({
    dataDir,
    needs: { postgres: !DATABASE_URL, queue: !REDIS_URL },
    redis: REDIS_URL ? null : await findRedis(PATH),
    log: { info: () => undefined, warn: (message) => process.stderr.write(`${message}\n`) },
  });
  scope.add(() => embedded.stop());

  const serverUrl = DATABASE_URL ?? embedded.databaseUrl;
  if (!serverUrl) throw new Error('There is no database.');
  const { url: databaseUrl, version, drop } = await ownDatabase(serverUrl);
  scope.add(drop);
  const dataSource = new DataSource(dataSourceOptions(databaseUrl, 4, entities, migrations));
  await dataSource.initialize();
  scope.add(() => dataSource.destroy());
  await migrate(dataSource);
  const described = [`PostgreSQL ${version}, ${DATABASE_URL ? 'given' : 'embedded'}`];

  const redisUrl = REDIS_URL ?? (embedded.queue?.kind === 'redis' ? embedded.queue.url : null);
  if (redisUrl === null) described.push('no Redis: the queue runs on PostgreSQL only');
  else {
    const redis = await ownRedis(redisUrl);
    scope.add(redis.clear);
    described.push(`Redis ${redis.version}, ${REDIS_URL ? 'given' : 'embedded'}`);
  }
  const common = { dataDir, databaseUrl, database: new Database(dataSource), redisUrl };
  if (MQTT_URL) return { ...common, mqttUrl: MQTT_URL, mqttGiven: true, described };
  const broker = await startChild<BrokerReady>('broker', {});
  scope.add(() => broker.stop());
  return { ...common, mqttUrl: broker.ready.url, mqttGiven: false, described };
}
