import { Injectable, createParamDecorator } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { DomainError } from '../problems/problem.js';

/** The versions an `If-Match` names; null where it was not sent or is `*`. */
export type ExpectedVersions = readonly number[] | null;

export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  versionsIn(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/** A weak tag counts as well: a proxy that compresses makes ours weak, and they name the row. */
function versionsIn(header: string | undefined): ExpectedVersions {
  if (header === undefined || header.trim() === '*') return null;
  return header.split(',').map((tag) => Number(/^\s*(?:W\/)?"(\d+)"\s*$/.exec(tag)?.[1]));
}

/** @throws the code given, a 412, with the version that stands */
export function requireVersion(expected: ExpectedVersions, present: number, code: string): void {
  if (expected && !expected.includes(present)) throw new DomainError(code, { version: present });
}

/** Every answer that has a version carries it as its ETag, a replayed one too. */
@Injectable()
export class VersionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => {
        if (isVersioned(body)) void reply.header('etag', `"${body.version}"`);
        return body;
      }),
    );
  }
}

function isVersioned(body: unknown): body is { version: number } {
  return (
    typeof body === 'object' && body !== null && 'version' in body && Number.isInteger(body.version)
  );
}
