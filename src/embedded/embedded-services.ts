import type { EmbeddedLog } from './embedded-log.js';
import type { KeptService } from './kept-service.js';
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly needs: { readonly postgres: boolean; readonly queue: boolean };
  /** The Valkey or Redis to start for the queue; null: it runs on PostgreSQL. */
  readonly redis: string | null;
  readonly log: EmbeddedLog;
  /** A service ended that was not asked to. */
  readonly onExit?: (service: string, reason: string) => void;
}

export interface EmbeddedServices {
  readonly databaseUrl?: string;
  readonly queue?: { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'postgres' };
  stop(): Promise<void>;
}

/** Supplies the services that have no address of their own; they live exactly as long as we do. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServices> {
  const { dataDir, needs, log } = options;
  const running: KeptService[] = [];
  let stopping = false;
  const watch = (name: string, service: KeptService) => {
    running.push(service);
    void service.ended.then((reason) => {
      if (!stopping) options.onExit?.(name, reason);
    });
  };
  const stop = async () => {
    stopping = true;
    // The queue first: nothing takes new work while the database goes down.
    for (const service of [...running].reverse()) await service.stop();
  };
  const startDatabase = async () => {
    if (!needs.postgres) return undefined;
    const { url, service } = await startPostgres(dataDir, log);
    watch('PostgreSQL', service);
    return url;
  };
  const startQueue = async () => {
    if (!needs.queue) return undefined;
    if (options.redis === null) {
      log.info(
        'Queue: no valkey-server or redis-server on the PATH, so BullMQ runs on PostgreSQL. ' +
          'For Redis, install the package redis-server or set REDIS_URL.',
      );
      return { kind: 'postgres' } as const;
    }
    const { url, service } = await startRedis(options.redis, dataDir);
    watch('Redis', service);
    return { kind: 'redis', url } as const;
  };
  const [database, queue] = await Promise.allSettled([startDatabase(), startQueue()]);
  if (database.status === 'rejected' || queue.status === 'rejected') {
    await stop();
    throw database.status === 'rejected'
      ? database.reason
      : (queue as PromiseRejectedResult).reason;
  }
  return {
    ...(database.value ? { databaseUrl: database.value } : {}),
    ...(queue.value ? { queue: queue.value } : {}),
    stop,
  };
}
