import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotStart } from '../platform/cannot-start.js';

export class DataDirInUse extends CannotStart {}

/**
 * One start per data folder. The lock is a socket that only a living process answers on, so
 * nothing stale is left by a kill; its name is short, since socket paths are limited.
 * @throws DataDirInUse naming the process
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const id = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 20);
  const path = join(tmpdir(), `creneau-${process.getuid?.() ?? 0}-${id}.sock`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const server = await listening(path);
    if (server) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    const holder = await holderOf(path);
    if (holder !== null) {
      throw new DataDirInUse(
        `The data folder ${dataDir} is in use by process ${holder}. ` +
          'Stop that one first, or give this start a folder of its own with DATA_DIR.',
      );
    }
    // Nobody answers: left behind by a process that was killed.
    await rm(path, { force: true });
  }
  throw new DataDirInUse(`The data folder ${dataDir} could not be locked.`);
}

function listening(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(String(process.pid));
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function holderOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    socket.on('data', (text) => (answer += text.toString()));
    socket.on('error', () => resolve(null));
    socket.on('end', () => resolve(answer || null));
    socket.setTimeout(2_000, () => resolve('unknown'));
  });
}
