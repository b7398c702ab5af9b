import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../database/database.js';
import { Public } from '../http/public.js';
import { Metrics } from '../metrics/metrics.js';
import { MqttLink } from '../mqtt/mqtt-link.js';
import { DomainError } from '../problems/problem.js';
import { QueueHealth } from '../queue/queue-health.js';

const checkTimeoutMs = 3_000;

/** Liveness says the loop turns; readiness names each dependency. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly queue: QueueHealth,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    private readonly metrics: Metrics,
  ) {}

  @Public()
  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Public()
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const [database, queue] = await Promise.all([
      answers(() => this.database.row('SELECT 1')),
      answers(() => this.queue.ping()),
    ]);
    const dependencies = { database, queue, mqtt: this.mqtt.connected ? 'up' : 'down' };
    const up = Object.values(dependencies).every((state) => state === 'up');
    void reply.status(up ? 200 : 503);
    return { status: up ? 'ok' : 'degraded', dependencies };
  }

  /** For a scraper on the same machine; behind a proxy it is not public. */
  @Public()
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  async prometheus(@Req() request: FastifyRequest): Promise<string> {
    const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(
      request.socket.remoteAddress ?? '',
    );
    if (!local || wasForwarded(request)) throw new DomainError('resource.unknown');
    const counts = await this.database.row<{ waiting: number; dead: number }>(
      `SELECT (SELECT count(*)::int FROM outbox WHERE available_at <= now()) AS waiting,
              (SELECT count(*)::int FROM dead_letters) AS dead`,
    );
    this.metrics.outboxRows.set(counts?.waiting ?? 0);
    this.metrics.deadLetters.set(counts?.dead ?? 0);
    return this.metrics.registry.metrics();
  }
}

// A proxy on this machine connects from it too, for whoever is behind it.
function wasForwarded({ headers }: FastifyRequest): boolean {
  const traces = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
  return traces.some((name) => headers[name] !== undefined);
}

async function answers(check: () => Promise<unknown>): Promise<'up' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), checkTimeoutMs);
  });
  const answer = check().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const result = await Promise.race([answer, late]);
  clearTimeout(timer);
  return result;
}
