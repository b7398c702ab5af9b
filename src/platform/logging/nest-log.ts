import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** Nest's own messages through pino. */
export class NestLog implements LoggerService {
  constructor(private readonly pino: Log) {}

  private write(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: message }, message.message);
    else this.pino[level]({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  // Nest announces every route and module at this level: noise for an operator, so debug.
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
}
