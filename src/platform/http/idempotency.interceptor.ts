import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { Database } from '../database/database.js';
import { DomainError, defineProblems } from '../problems/problem.js';
import type { Violation } from '../problems/problem.js';

defineProblems({
  'idempotency.mismatch': {
    status: 422,
    title: { fr: 'Clé déjà utilisée', en: 'Key already used' },
    detail: {
      fr: 'Cette Idempotency-Key a déjà servi à une autre demande. Prenez-en une nouvelle.',
      en: 'This Idempotency-Key served another request already. Take a new one.',
    },
  },
  'idempotency.in_progress': {
    status: 409,
    title: { fr: 'Demande déjà en cours', en: 'Request already under way' },
  },
});

interface Answer {
  body?: unknown;
  problem?: { code: string; facts: Record<string, unknown>; violations: Violation[] };
}

interface Kept {
  status: number | null;
  /** JSON in a text of its own: jsonb would put its properties into another order. */
  answer: string | null;
  fingerprint: string;
}

type SignedInRequest = FastifyRequest & { member?: { id: string } };

const waitMs = 20_000;

/** A POST with an Idempotency-Key has one effect; every copy of it gets the first answer. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly database: Database) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string' || !request.member)
      return next.handle();
    if (key.length === 0 || key.length > 255) throw new DomainError('request.malformed');

    const id = [request.member.id, key] as const;
    const fingerprint = fingerprintOf(request);
    const first = await this.database.run(
      `INSERT INTO idempotency_keys (member_id, key, fingerprint) VALUES ($1, $2, $3)
       ON CONFLICT (member_id, key) DO UPDATE
         SET fingerprint = excluded.fingerprint, status = NULL, answer = NULL, created_at = now()
         WHERE idempotency_keys.created_at < now() - interval '24 hours'`,
      [...id, fingerprint],
    );
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (first === 0) return of(await this.replay(id, fingerprint, reply));
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.keep(id, reply.statusCode, { body });
      return of(body);
    } catch (error) {
      if (error instanceof DomainError) {
        const { code, facts, violations } = error;
        await this.keep(id, 0, { problem: { code, facts, violations: [...violations] } });
      } else {
        // A fault of ours is no answer: the next try may do better.
        await this.database.run('DELETE FROM idempotency_keys WHERE member_id = $1 AND key = $2', [
          ...id,
        ]);
      }
      throw error;
    }
  }

  private async keep(id: readonly [string, string], status: number, answer: Answer): Promise<void> {
    await this.database.run(
      'UPDATE idempotency_keys SET status = $3, answer = $4 WHERE member_id = $1 AND key = $2',
      [...id, status, JSON.stringify(JSON.stringify(answer))],
    );
  }

  private async replay(
    id: readonly [string, string],
    fingerprint: string,
    reply: FastifyReply,
  ): Promise<unknown> {
    for (let waited = 0; waited < waitMs; waited += 100) {
      const kept = await this.database.row<Kept>(
        'SELECT status, answer, fingerprint FROM idempotency_keys WHERE member_id = $1 AND key = $2',
        [...id],
      );
      if (!kept) break;
      if (kept.fingerprint !== fingerprint) throw new DomainError('idempotency.mismatch');
      if (kept.status !== null && kept.answer !== null) {
        const { body, problem } = JSON.parse(kept.answer) as Answer;
        void reply.header('idempotency-replayed', 'true');
        if (problem) throw new DomainError(problem.code, problem.facts, problem.violations);
        void reply.status(kept.status);
        return body;
      }
      await delay(100);
    }
    throw new DomainError('idempotency.in_progress', {}, [], 5);
  }
}

function fingerprintOf(request: FastifyRequest): string {
  // A multipart body is a stream still to be read: its length stands for it.
  const body =
    request.body === undefined ? request.headers['content-length'] : JSON.stringify(request.body);
  return createHash('sha256')
    .update(`${request.method} ${request.url} ${body ?? ''}`)
    .digest('hex');
}
