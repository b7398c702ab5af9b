import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild } from './child-side.js';

export interface Child<R> {
  readonly ready: R;
  /** One order at a time. */
  ask<A>(order: object): Promise<A>;
  stop(): Promise<void>;
}

const killAfterMs = 8_000;

/** Starts `bench/children/<name>` in a process of its own; it ends when we do. */
export async function startChild<R>(name: string, settings: object): Promise<Child<R>> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const say = <A>(message: object): Promise<A> =>
    new Promise((resolve, reject) => {
      const onMessage = (answer: FromChild<A>) => {
        child.off('exit', onExit);
        if ('failed' in answer) reject(new Error(`${name}: ${answer.failed}`));
        else resolve(answer.done);
      };
      const onExit = (code: number | null) => {
        child.off('message', onMessage);
        reject(new Error(`${name} ended with code ${code ?? 'none'}`));
      };
      child.once('message', onMessage);
      child.once('exit', onExit);
      child.send(message);
    });
  return {
    ready: await say<R>(settings),
    ask: (order) => say(order),
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(timer);
    },
  };
}
