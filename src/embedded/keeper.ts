import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Keeps one service alive exactly as long as the main program. Standard input is the life line:
 * its first line says what to run, and when it ends (the main program stopped, or was killed)
 * the service is stopped properly. Runs in a process group of its own, so that Ctrl-C in a
 * terminal reaches the main program alone, which then stops everything in order.
 */
export interface KeeperOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
}

export type KeeperEvent =
  | { readonly event: 'started'; readonly pid: number }
  | { readonly event: 'exit'; readonly code: number | null; readonly tail: string };

const killAfterMs = 8_000;
const tailBytes = 4_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// The main program may be gone: there is nobody left to tell.
process.stdout.on('error', () => undefined);

function tell(event: KeeperEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function keep(order: KeeperOrder): () => void {
  const child = spawn(order.command, order.args, {
    cwd: order.cwd,
    env: { ...order.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(order.uid === undefined ? {} : { uid: order.uid }),
    ...(order.gid === undefined ? {} : { gid: order.gid }),
  });
  let tail = '';
  const remember = (text: Buffer) => {
    tail = (tail + text.toString()).slice(-tailBytes);
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  child.on('spawn', () => tell({ event: 'started', pid: child.pid ?? 0 }));
  child.on('error', (error) => {
    tell({ event: 'exit', code: null, tail: error.message });
    process.exit(1);
  });
  child.on('exit', (code) => {
    tell({ event: 'exit', code, tail });
    process.exit(0);
  });
  return () => {
    child.kill(order.stopSignal);
    setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
}

let stop: (() => void) | null = null;
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  stop ??= keep(JSON.parse(line) as KeeperOrder);
});
lines.on('close', () => {
  if (stop) stop();
  else process.exit(0);
});
