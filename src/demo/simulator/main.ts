import { createInterface } from 'node:readline';
import { z } from 'zod';
import { settings } from './settings.js';
import type { Settings } from './settings.js';
import { startSimulator } from './simulator.js';
import type { Simulator } from './simulator.js';

/**
 * Simulated machines as a program of their own: they know the wire and nothing else. The first
 * line on standard input configures them (it carries secrets, which arguments and the
 * environment would show to others); when standard input ends, so do they.
 */
const lifeMs = 900;

function log(event: string, facts: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`);
}

function fail(error: unknown): void {
  log('failed', { reason: error instanceof Error ? error.message : 'unknown' });
  process.exit(1);
}

function settingsFrom(line: string): Settings | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = settings.safeParse(value);
  if (parsed.success) return parsed.data;
  // The messages name fields and what they should be, never what they are.
  log('bad-settings', { problems: z.treeifyError(parsed.error) });
  return null;
}

let starting: Promise<Simulator> | null = null;
let leaving = false;

async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.exit(0), lifeMs);
  const simulator = await starting;
  await simulator?.stop();
  log('stopped');
  process.exit(0);
}

function begin(line: string): void {
  if (starting) return;
  const given = settingsFrom(line);
  if (!given) return fail(new Error('the first line on standard input must be the settings'));
  log('starting', { machines: given.machines.map(({ slug }) => slug), speed: given.speed });
  starting = startSimulator(given, log, fail);
  starting.catch(fail);
}

// Ctrl-C reaches the whole terminal group; our parent decides when we end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void leave().catch(fail));
// When the parent is gone nobody reads us, which is no reason to fail.
process.stdout.on('error', () => undefined);

createInterface({ input: process.stdin })
  .on('line', begin)
  .on('close', () => void leave().catch(fail));
