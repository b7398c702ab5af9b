import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { outliveFormer } from './former-process.js';
import { freePort } from './free-port.js';
import { keepService } from './kept-service.js';
import type { KeptService } from './kept-service.js';
import { CannotStart } from '../platform/cannot-start.js';

const programs = ['valkey-server', 'redis-server'];
const readyWithinMs = 20_000;

/** A Valkey or Redis server on the PATH, or null. */
export async function findRedis(searchPath: string): Promise<string | null> {
  for (const program of programs) {
    for (const folder of searchPath.split(delimiter).filter(Boolean)) {
      const file = join(folder, program);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      ) {
        return file;
      }
    }
  }
  return null;
}

/** Starts it for BullMQ: nothing is evicted, every write is in the append-only file within a second. */
export async function startRedis(
  program: string,
  dataDir: string,
): Promise<{ url: string; service: KeptService }> {
  const folder = join(dataDir, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'redis.pid');
  await outliveFormer(pidFile, 'redis.conf', 'SIGTERM');
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  const config = join(folder, 'redis.conf');
  await writeFile(
    config,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      `dir "${folder}"`,
      `pidfile "${pidFile}"`,
      'daemonize no',
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      'maxmemory-policy noeviction',
      'set-proc-title no',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const service = keepService({
    command: program,
    args: [config],
    cwd: folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stopSignal: 'SIGTERM',
  });
  await whenReady(port, password, service);
  return { url: `redis://:${password}@127.0.0.1:${port}`, service };
}

async function whenReady(port: number, password: string, service: KeptService): Promise<void> {
  const ended = service.ended.then((reason) => ({ reason }));
  for (let waited = 0; waited < readyWithinMs; waited += 30) {
    if (await pongs(port, password)) return;
    const state = await Promise.race([ended, delay(30)]);
    if (state)
      throw new CannotStart(
        `The embedded Redis did not start (${state.reason}). Set REDIS_URL to use another.`,
      );
  }
  await service.stop();
  throw new CannotStart('The embedded Redis did not answer in time. Set REDIS_URL to use another.');
}

function pongs(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.on('error', () => done(false));
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (text) => {
      answer += text.toString();
      if (answer.includes('+PONG')) done(true);
      else if (answer.includes('-LOADING')) done(false);
    });
  });
}
