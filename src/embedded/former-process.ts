import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CannotStart } from '../platform/cannot-start.js';

const run = promisify(execFile);
const patienceMs = 10_000;
const pollMs = 100;

/**
 * Waits for a service of an earlier start that is still being stopped by its keeper, and stops
 * one whose keeper was killed as well: two servers on one folder would destroy it.
 * @param pidFile its first line is the process id
 * @param mark what the command line must contain, so that no stranger is stopped
 */
export async function outliveFormer(
  pidFile: string,
  mark: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const pid = await pidIn(pidFile);
  if (pid === null || !(await isOurs(pid, mark))) return;
  if (await goneWithin(patienceMs, pid, mark)) return;
  process.kill(pid, signal);
  if (await goneWithin(patienceMs, pid, mark)) return;
  throw new CannotStart(
    `Process ${pid} of an earlier start does not end: stop it, then start again.`,
  );
}

async function goneWithin(milliseconds: number, pid: number, mark: string): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += pollMs) {
    if (!(await isOurs(pid, mark))) return true;
    await delay(pollMs);
  }
  return false;
}

async function pidIn(file: string): Promise<number | null> {
  try {
    const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

// A zombie has lost its command line, but PostgreSQL still takes its number for a running server:
// it counts as ours until its parent has collected it.
async function isOurs(pid: number, mark: string): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'stat=,command=']);
    return stdout.trimStart().startsWith('Z') || stdout.includes(mark);
  } catch {
    return procSays(pid, mark);
  }
}

// `ps` may be missing on a bare machine, or has nothing to say of a process that is gone.
async function procSays(pid: number, mark: string): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return true;
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(mark);
  } catch {
    return false;
  }
}
