import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { types } from 'node:util';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../logging/log.js';
import { DomainError, languageOf, problemDocument } from './problem.js';

/** The only place where an error becomes an HTTP answer. Never a stack, never an SQL text. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = asDomainError(thrown);
    const document = problemDocument(error, {
      language: languageOf(request.headers['accept-language']),
      instance: request.url.split('?')[0] ?? '/',
      requestId: request.id,
    });
    if (document.status >= 500) {
      this.log.error({ err: thrown, requestId: request.id, code: error.code }, 'request failed');
    }
    if (reply.sent || reply.raw.headersSent) return;
    if (error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    void reply
      .status(document.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('vary', 'accept-language')
      .send(JSON.stringify(document));
  }
}

function asDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (isUnavailable(thrown)) return new DomainError('service.unavailable', {}, [], 5);
  if (isUnstorable(thrown)) return new DomainError('request.malformed');
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  const code = status === undefined ? undefined : codesByStatus[status];
  if (code) return new DomainError(code);
  if (status !== undefined && status >= 400 && status < 500)
    return new DomainError('request.malformed');
  return new DomainError('service.fault');
}

const codesByStatus: Readonly<Record<number, string>> = {
  403: 'request.forbidden',
  404: 'resource.unknown',
  405: 'request.method',
  413: 'request.too_large',
  415: 'request.media_type',
  503: 'service.unavailable',
};

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

// PostgreSQL classes 08 (connection), 53 (resources), 57P (shutdown), and Node's network errors.
const unavailableCodes = /^(08...|53...|57P0[1-4]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOSPC)$/;
const unavailableMessages =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout/;

function isUnavailable(thrown: unknown): boolean {
  if (!types.isNativeError(thrown)) return false;
  return unavailableCodes.test(codeOf(thrown)) || unavailableMessages.test(thrown.message);
}

// A text with a zero byte: PostgreSQL keeps none in `text` (22021) nor in `jsonb` (22P05).
function isUnstorable(thrown: unknown): boolean {
  return types.isNativeError(thrown) && /^(22021|22P05)$/.test(codeOf(thrown));
}

function codeOf(thrown: Error): string {
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
