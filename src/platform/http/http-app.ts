import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import type { Type, DynamicModule } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Log } from '../logging/log.js';
import { NestLog } from '../logging/nest-log.js';
import { Metrics } from '../metrics/metrics.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { validationPipe } from '../problems/validation.js';
import { closePromptly } from './close-promptly.js';
import { securityHeaders } from './security-headers.js';

export interface HttpOptions {
  readonly trustProxy: readonly string[];
  readonly uploadMaxBytes: number;
  readonly secure: boolean;
  /** Only the shape: nothing is instantiated and nothing connected to. */
  readonly preview?: boolean;
}

const bodyLimitBytes = 1024 * 1024;

/** Nest on Fastify with everything every request passes through; not yet listening. */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpOptions,
  log: Log,
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(log);
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: bodyLimitBytes,
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    // An address that cannot be decoded reaches no route, nor Nest.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    preview: options.preview ?? false,
  });
  app.setGlobalPrefix('api/v1', { exclude: ['health/live', 'health/ready', 'metrics'] });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(problems);
  await app.register(cookie);
  await app.register(multipart, {
    limits: { fileSize: options.uploadMaxBytes, files: 1, fields: 20, fieldSize: 10_000 },
  });
  const headers = securityHeaders(options.secure);
  adapter.getInstance().addHook('onRequest', (_, reply, done) => {
    void reply.headers(headers);
    done();
  });
  closePromptly(adapter.getInstance());
  if (!options.preview) observeRequests(app, log);
  return app;
}

function observeRequests(app: NestFastifyApplication, log: Log): void {
  const metrics = app.get(Metrics);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests
      .labels(request.method, route, String(reply.statusCode))
      .observe(reply.elapsedTime / 1_000);
    log.debug(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}
