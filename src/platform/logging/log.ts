import { pino } from 'pino';
import type { Logger } from 'pino';

export type Log = Logger;

/** Values under these names never reach a log line, however deep they lie. */
const secretNames = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'set-cookie',
  'signature',
  'url',
];

const redact = {
  paths: secretNames
    .flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `req.headers["${name}"]`])
    .map(quoteDashes),
  censor: '[redacted]',
};

/** Structured JSON lines; readable ones where a person looks at a terminal. */
export function createLog(level: string, readable: boolean): Log {
  if (!readable) return pino({ level, redact });
  return pino({
    level,
    redact,
    transport: {
      target: 'pino-pretty',
      options: {
        colorize: true,
        translateTime: 'SYS:HH:MM:ss',
        ignore: 'pid,hostname,context',
        messageFormat: '{msg}',
      },
    },
  });
}

function quoteDashes(path: string): string {
  return path.replace(/(^|\.)set-cookie$/, (_, dot: string) =>
    dot ? '["set-cookie"]' : '["set-cookie"]',
  );
}
