import { aLab } from '../builders/lab.js';
import type { TestLab } from '../builders/lab.js';
import { startTestBroker } from './broker.js';
import { Client } from './client.js';
import { freshDatabase, freshRedis, preferredBackend } from './databases.js';
import type { Database } from '../../src/platform/database/database.js';
import { startServer } from './server.js';

/** A lab on the built program, where threads of its own can be started: tests are not built. */
export interface BuiltLab {
  readonly base: string;
  readonly database: Database;
  readonly lab: TestLab;
  as(memberId: string, language?: 'fr' | 'en'): Promise<Client>;
  /** All it has printed. */
  output(): string;
  stop(): Promise<void>;
}

export async function startBuiltLab(
  variables: Readonly<Record<string, string>> = {},
): Promise<BuiltLab> {
  const fresh = await freshDatabase();
  const broker = await startTestBroker(fresh.database);
  const lab = await aLab(fresh.database);
  const server = await startServer({
    variables: {
      DATABASE_URL: fresh.url,
      MQTT_URL: broker.url,
      ROLES: 'api,worker',
      ...(preferredBackend === 'redis'
        ? { REDIS_URL: await freshRedis() }
        : { QUEUE_BACKEND: 'postgres' }),
      ...variables,
    },
  });
  return {
    base: server.base,
    database: fresh.database,
    lab,
    as: async (memberId, language) =>
      new Client(server.base, language).withSession(await lab.session(memberId)),
    output: () => server.output(),
    stop: async () => {
      await server.kill('SIGTERM');
      await broker.stop();
      await fresh.close();
    },
  };
}
