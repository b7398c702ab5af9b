import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../people/actor.js';
import { locales } from '../people/member.entity.js';
import type { Locale } from '../people/member.entity.js';
import { CurrentActor, cookieName } from '../people/session.guard.js';
import { Sessions } from '../people/sessions.js';
import type { Log } from '../platform/logging/log.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { DomainError } from '../platform/problems/problem.js';
import { LOG } from '../platform/tokens.js';
import { visibleTo } from './live-event.js';
import type { LiveEvent, Wish } from './live-event.js';
import { LiveFeed } from './live-feed.js';

class LiveQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  machineId?: string;

  /** A browser's EventSource cannot send Accept-Language. */
  @ApiPropertyOptional({ enum: locales, description: 'Left out: that of the member' })
  @IsOptional()
  @IsIn(locales)
  language?: Locale;
}

interface Client {
  readonly stream: FastifyReply['raw'];
  actor: Actor;
  readonly token: string;
  readonly wish: Wish;
}

const heartbeatMs = 15_000;
/** Somebody disabled while watching loses the stream within five seconds. */
const sessionCheckMs = 1_500;
/** A client that does not read is cut before it costs memory; it may come back and resume. */
const maxBufferedBytes = 1024 * 1024;

/** The live feed: server-sent events, a snapshot first, resumable by Last-Event-ID. */
@ApiTags('live')
@Controller('live')
export class LiveController implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly clients = new Set<Client>();
  private readonly timers: NodeJS.Timeout[] = [];
  private ended = false;

  constructor(
    private readonly feed: LiveFeed,
    private readonly sessions: Sessions,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.feed.listen((event) => this.clients.forEach((client) => this.send(client, event)));
    const heartbeat = Buffer.from(': still here\n\n');
    this.timers.push(
      setInterval(
        () => this.clients.forEach((client) => this.write(client, heartbeat)),
        heartbeatMs,
      ),
      setInterval(() => void this.checkSessions(), sessionCheckMs),
    );
  }

  /** The streams end before the server closes, or it would wait for them. */
  beforeApplicationShutdown(): void {
    this.timers.forEach((timer) => clearInterval(timer));
    this.ended = true;
    this.clients.forEach(({ stream }) => stream.end());
    this.clients.clear();
  }

  @Get()
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Events snapshot, machine, booking, job, queue and notification' })
  async follow(
    @CurrentActor() actor: Actor,
    @Query() { machineId, language }: LiveQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lastEventId = request.headers['last-event-id'];
    const missed = typeof lastEventId === 'string' ? this.feed.since(lastEventId) : null;
    const client: Client = {
      stream: reply.raw,
      actor,
      token: request.cookies[cookieName] ?? '',
      wish: { machineId: machineId ?? null, language: language ?? actor.locale },
    };
    // Listening before the snapshot is read: nothing falls between the two.
    const early: LiveEvent[] = [];
    const stop = this.feed.listen((event) => early.push(event));
    const snapshot = missed ? null : await this.feed.snapshot(client.wish.machineId);
    stop();

    if (this.ended) throw new DomainError('service.unavailable', {}, [], 5);
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      // Nothing follows a stream: a connection kept for more would hold a stopping server up.
      connection: 'close',
      'x-request-id': request.id,
    });
    reply.raw.write('retry: 2000\n\n');
    if (snapshot) reply.raw.write(snapshot);
    [...(missed ?? []), ...early].forEach((event) => this.send(client, event));
    this.clients.add(client);
    this.metrics.liveClients.set(this.clients.size);
    reply.raw.on('close', () => {
      this.clients.delete(client);
      this.metrics.liveClients.set(this.clients.size);
    });
  }

  private send(client: Client, event: LiveEvent): void {
    const text = visibleTo(event, client.actor, client.wish);
    if (text) this.write(client, text);
  }

  private write(client: Client, text: Buffer): void {
    if (client.stream.writableLength > maxBufferedBytes) {
      this.clients.delete(client);
      client.stream.destroy();
      return;
    }
    client.stream.write(text);
  }

  private async checkSessions(): Promise<void> {
    try {
      const tokens = new Set([...this.clients].map(({ token }) => token));
      for (const token of tokens) {
        const actor = await this.sessions.actorOf(token);
        for (const client of this.clients) {
          if (client.token !== token) continue;
          // Their role may have changed, and with it what they may see.
          if (actor) client.actor = actor;
          else client.stream.end();
        }
      }
    } catch (error) {
      this.log.warn({ err: error }, 'live sessions not checked, will try again');
    }
  }
}
