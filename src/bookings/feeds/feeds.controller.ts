import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isStaff } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import { CurrentActor } from '../../people/session.guard.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Id } from '../../platform/http/id.pipe.js';
import { page } from '../../platform/http/listing.js';
import { Public } from '../../platform/http/public.js';
import { PUBLIC_ORIGIN } from '../../platform/tokens.js';
import { calendarEtag, writeCalendar } from '../calendars/icalendar.js';
import { feedBookings } from './feed-bookings.js';
import { feedCalendar } from './feed-events.js';
import { FeedDto, FeedPageDto, FeedsQuery, NewFeedAnswerDto, NewFeedDto } from './feeds.dto.js';
import { addFeed, listFeeds, openFeed, revokeFeed } from './feeds.js';
import type { FeedRow } from './feeds.js';

/** Bookings in one's own calendar program: private addresses, and what is read there. */
@ApiTags('feeds')
@Controller('feeds')
export class FeedsController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(PUBLIC_ORIGIN) private readonly publicOrigin: string | null,
  ) {}

  @Post()
  @ApiCreatedResponse({ type: NewFeedAnswerDto })
  async add(
    @CurrentActor() actor: Actor,
    @Body() { kind, machineId, labId }: NewFeedDto,
    @Req() request: FastifyRequest,
  ): Promise<NewFeedAnswerDto> {
    const { feed, token } = await this.database.transaction((sql) =>
      addFeed(sql, actor, { kind, machineId: machineId ?? null, labId: labId ?? null }),
    );
    const origin = this.publicOrigin ?? `${request.protocol}://${request.host}`;
    const url = `${origin}/api/v1/feeds/${token}.ics`;
    return { ...view(feed), url, webcalUrl: url.replace(/^https?:/, 'webcal:') };
  }

  @Get()
  @ApiOkResponse({ type: FeedPageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() { limit = 50, after, memberId = 'me' }: FeedsQuery,
  ): Promise<FeedPageDto> {
    const rows = await listFeeds(this.database, {
      memberId: isStaff(actor) && memberId !== 'me' ? memberId : actor.id,
      after: after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: items.map(view), nextCursor };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revoke(@CurrentActor() actor: Actor, @Id() id: string): Promise<void> {
    await this.database.transaction((sql) => revokeFeed(sql, actor, id));
  }

  /** The calendar itself, RFC 5545, to whoever knows the address. */
  @Public()
  @Get(':token.ics')
  @ApiProduces('text/calendar')
  @ApiOkResponse({ schema: { type: 'string' } })
  async read(
    @Param('token') token: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const feed = await openFeed(this.database, token);
    const bookings = await feedBookings(this.database, feed);
    const text = writeCalendar(feedCalendar(feed, bookings), this.clock.now());
    const etag = calendarEtag(text);
    // A link that is revoked is gone at once: nobody may go on showing a copy unasked.
    void reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (isKnown(known, etag)) await reply.status(304).send();
    else await reply.header('content-type', 'text/calendar; charset=utf-8').send(text);
  }
}

/** RFC 9110, 13.1.2: any of those named, compared weakly. */
function isKnown(header: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = (header ?? '').split(',').map(bare);
  return tags.includes('*') || tags.includes(bare(etag));
}

function view({ id, kind, machineId, labId, createdAt, lastReadAt }: FeedRow): FeedDto {
  return {
    id,
    kind,
    machineId,
    labId,
    createdAt: createdAt.toISOString(),
    lastReadAt: lastReadAt?.toISOString() ?? null,
  };
}
