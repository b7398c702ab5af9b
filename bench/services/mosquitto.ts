import { access, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/embedded/free-port.js';
import { keepService } from '../../src/embedded/kept-service.js';
import type { Scope } from './scope.js';

/** Debian keeps servers where a plain user's PATH does not look. */
const serverFolders = ['/usr/local/sbin', '/usr/sbin'];
const readyWithinMs = 5_000;

/** Mosquitto with the limits of `deploy/mosquitto`, or null where none is installed. */
export async function startMosquitto(scope: Scope, dataDir: string): Promise<string | null> {
  const program = await found('mosquitto');
  if (program === null) return null;
  const port = await freePort();
  const config = join(dataDir, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'max_packet_size 262144',
      'max_queued_messages 100000',
      'log_dest none',
      '',
    ].join('\n'),
    { mode: 0o644 },
  );
  const service = keepService({
    command: program,
    args: ['-c', config],
    cwd: '/',
    env: {},
    stopSignal: 'SIGTERM',
  });
  scope.add(() => service.stop());
  for (let waited = 0; waited < readyWithinMs; waited += 50) {
    if (await listens(port)) return `mqtt://127.0.0.1:${port}`;
    await delay(50);
  }
  throw new Error('Mosquitto was not ready in time.');
}

async function found(program: string): Promise<string | null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...serverFolders];
  for (const folder of folders.filter(Boolean)) {
    const file = join(folder, program);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return null;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
