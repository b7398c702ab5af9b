import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Log } from '../platform/logging/log.js';
import type { SimulatedMachine } from './create-demo.js';

export interface SimulatorOptions {
  readonly mqttUrl: string;
  readonly lab: string;
  readonly speed: number;
  readonly stateDir: string;
  readonly machines: readonly SimulatedMachine[];
  readonly environment: Record<string, string>;
}

/**
 * Simulated machines are a program of their own that knows only the wire. Its standard input is
 * its life line: whatever becomes of us, it ends when the line does. Secrets travel on it, not in
 * arguments or environment.
 */
export function runSimulators(options: SimulatorOptions, log: Log): { stop(): Promise<void> } {
  const { environment, ...settings } = options;
  const program = fileURLToPath(new URL('./simulator/main.js', import.meta.url));
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: environment,
  });
  child.stdin.on('error', (error) => log.debug({ reason: error.message }, 'simulators'));
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) log.debug({ line }, 'simulator');
  });
  let stopping = false;
  const exited = once(child, 'exit').then(([code]) => {
    if (!stopping)
      log.error({ code: code as number | null }, 'the simulated machines stopped by themselves');
  });
  return {
    stop: async () => {
      stopping = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(timer);
    },
  };
}
