import { readFile, readdir } from 'node:fs/promises';

/** The process and all that it started, and they in turn, from /proc. */
export async function family(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    // The name in parentheses may hold spaces; the parent is the second field after it.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const member of found)
    for (const [child, parent] of parents) if (parent === member) found.push(child);
  return found;
}

/** Those that still run; a zombie does not. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      return stat !== null && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
    }),
  );
  return pids.filter((_, index) => states[index]);
}
