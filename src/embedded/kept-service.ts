import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { KeeperEvent, KeeperOrder } from './keeper.js';

export interface KeptService {
  /** Why it ended, once it has; asked to or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a service under a keeper, which ends it when we do, however we end. */
export function keepService(order: KeeperOrder): KeptService {
  const program = fileURLToPath(new URL('./keeper.js', import.meta.url));
  const keeper = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { ...order.env },
  });
  let last = 'it ended without a word';
  createInterface({ input: keeper.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as KeeperEvent;
    if (event.event === 'exit') last = `code ${event.code ?? 'none'}: ${event.tail.trim()}`;
  });
  const ended = new Promise<string>((resolve) => {
    keeper.on('close', () => resolve(last));
    keeper.on('error', (error) => resolve(error.message));
  });
  // The keeper may be gone before we close its line.
  keeper.stdin.on('error', () => undefined);
  keeper.stdin.write(`${JSON.stringify(order)}\n`);
  return {
    ended,
    stop: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}
