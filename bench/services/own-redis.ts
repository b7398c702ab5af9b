import { Redis } from 'ioredis';

/** Refuses a Redis that holds anything, since its queues are ours for the time of the run. */
export async function ownRedis(
  url: string,
): Promise<{ version: string; clear: () => Promise<void> }> {
  const version = await onRedis(url, async (redis) => {
    if ((await redis.dbsize()) > 0) {
      throw new Error('REDIS_URL holds keys: give the bench a database of its own, such as /15.');
    }
    return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
  });
  return {
    version,
    clear: () =>
      onRedis(url, async (redis) => {
        await redis.flushdb();
      }),
  };
}

async function onRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
