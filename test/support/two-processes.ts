import { aLab } from '../builders/lab.js';
import type { TestLab } from '../builders/lab.js';
import { startTestBroker } from './broker.js';
import type { TestBroker } from './broker.js';
import { Client } from './client.js';
import type { Answer, Problem } from './client.js';
import { freshDatabase, freshRedis, preferredBackend } from './databases.js';
import type { TestDatabase } from './databases.js';
import { startServer } from './server.js';
import type { Server } from './server.js';

export type Attempt = () => Promise<Answer>;

/** Two processes that serve one lab from one PostgreSQL, and people signed in to each. */
export class TwoProcesses {
  private constructor(
    private readonly fresh: TestDatabase,
    private readonly broker: TestBroker,
    private readonly servers: readonly [Server, Server],
    readonly lab: TestLab,
  ) {}

  /** The second also does the worker's steps where asked. */
  static async start({ withWorker = false } = {}): Promise<TwoProcesses> {
    const fresh = await freshDatabase();
    const broker = await startTestBroker(fresh.database);
    const variables = {
      DATABASE_URL: fresh.url,
      MQTT_URL: broker.url,
      LOG_LEVEL: 'warn',
      ROLES: 'api',
      ...(preferredBackend === 'redis'
        ? { REDIS_URL: await freshRedis() }
        : { QUEUE_BACKEND: 'postgres' }),
    };
    const servers = await Promise.all([
      startServer({ variables }),
      startServer({ variables: withWorker ? { ...variables, ROLES: 'api,worker' } : variables }),
    ]);
    return new TwoProcesses(fresh, broker, servers, await aLab(fresh.database));
  }

  get database() {
    return this.fresh.database;
  }

  /** That member, signed in through the first and through the second process. */
  async clientsOf(memberId: string): Promise<[Client, Client]> {
    const token = await this.lab.session(memberId);
    const [first, second] = this.servers;
    return [new Client(first.base).withSession(token), new Client(second.base).withSession(token)];
  }

  /** No deadlock was shown to anyone, nor hidden in a log as a fault. */
  faults(): string {
    const lines = this.servers.flatMap((server) => server.output().split('\n'));
    return lines.filter((line) => /40P01|"level":50/.test(line)).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill('SIGTERM')));
    await this.broker.stop();
    await this.fresh.close();
  }
}

/** What each of the attempts got that were made at the same instant: `200`, `409 booking.overlap`. */
export async function atOnce(attempts: readonly Attempt[]): Promise<string[]> {
  const answers = await Promise.all(attempts.map((attempt) => attempt()));
  return answers.map(({ status, body }) => {
    const { code } = body as Partial<Problem>;
    return code === undefined ? String(status) : `${status} ${code}`;
  });
}
