import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/free-port.js';
import { findRedis } from '../../src/embedded/redis.js';
import { environment } from './environment.js';
import { eventually } from './eventually.js';

/** A Redis that a test may empty, kill and start anew: nobody else is on it, nothing is kept. */
export class OwnRedis {
  private constructor(
    private readonly program: string,
    private readonly port: number,
    private child: ChildProcess,
  ) {}

  static async start(): Promise<OwnRedis> {
    const program = await findRedis(environment('PATH'));
    if (!program) throw new Error('there is no redis-server on the PATH');
    const port = await freePort();
    const redis = new OwnRedis(program, port, serve(program, port));
    await redis.ready();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async flushAll(): Promise<void> {
    await this.ask((client) => client.flushall());
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** On the same port, with nothing in it. */
  async startAgain(): Promise<void> {
    this.child = serve(this.program, this.port);
    await this.ready();
  }

  private async ready(): Promise<void> {
    await eventually(() => this.ask((client) => client.ping()));
  }

  private async ask(question: (client: Redis) => Promise<unknown>): Promise<void> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    // The refusal itself comes from connect().
    client.on('error', () => undefined);
    try {
      await client.connect();
      await question(client);
    } finally {
      client.disconnect();
    }
  }
}

function serve(program: string, port: number): ChildProcess {
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  return spawn(program, settings, { stdio: 'ignore' });
}
