import { cpus } from 'node:os';
import type { Services } from '../services/bring-up.js';

/** The machine and the services the figures were taken on, in one line each. */
export function surroundings(services: Services): string[] {
  const processors = cpus();
  return [
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}; ` +
      'servers, database, broker and load generator share the processors',
    ...services.described,
  ];
}
