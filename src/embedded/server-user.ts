import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from '../platform/cannot-start.js';

const run = promisify(execFile);

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const name = 'postgres';

/** PostgreSQL refuses to run as root: null when we are not root, else a system user for it. */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await idsOf(name);
  if (existing) return existing;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ]);
  } catch {
    throw new CannotStart(
      'PostgreSQL does not run as root, and the user "postgres" could not be created. ' +
        'Start Créneau as a normal user, create that user, or set DATABASE_URL.',
    );
  }
  const created = await idsOf(name);
  if (!created)
    throw new CannotStart('The user "postgres" was created but has no id. Set DATABASE_URL.');
  return created;
}

async function idsOf(user: string): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

/** Whether that user may pass through every folder above. */
export async function isReachable(path: string, user: ServerUser): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
