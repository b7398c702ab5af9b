import { parseConfig } from './config.js';
import type { Config } from './config.js';

/** The one place that reads the process's environment. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/** The environment of a child process: nothing of ours but what finding programs needs. */
export function childEnvironment(): Record<string, string> {
  const { PATH, HOME, LANG, TZ } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, LANG, TZ }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
