import { Controller, Get, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../people/actor.js';
import { CurrentActor } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { page } from '../platform/http/listing.js';
import { DomainError, languageOf } from '../platform/problems/problem.js';
import type { Language } from '../platform/problems/problem.js';
import { notificationView } from './notification-view.js';
import { NotificationDto, NotificationPageDto, NotificationsQuery } from './notifications.dto.js';
import './notifications.problems.js';
import { findNotification, listNotifications, markRead } from './notifications.js';
import type { NotificationRow } from './notifications.js';
import { ReadyAlternatives } from './ready-alternatives.js';

/** What the system had to tell a member; everyone reads their own. */
@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly database: Database,
    private readonly alternatives: ReadyAlternatives,
  ) {}

  @Get()
  @ApiOkResponse({ type: NotificationPageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() { limit = 50, after, unread }: NotificationsQuery,
    @Headers('accept-language') asked: string | undefined,
  ): Promise<NotificationPageDto> {
    const rows = await listNotifications(this.database, {
      memberId: actor.id,
      unread: unread === 'true',
      after: after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    const views = await Promise.all(items.map((row) => this.view(row, languageOf(asked))));
    return { items: views, nextCursor };
  }

  @Post(':id/read')
  @HttpCode(200)
  @ApiOkResponse({ type: NotificationDto })
  async read(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Headers('accept-language') asked: string | undefined,
  ): Promise<NotificationDto> {
    const marked = await markRead(this.database, actor.id, id);
    const row = marked ? await findNotification(this.database, id) : null;
    if (!row) throw new DomainError('notification.unknown');
    return this.view(row, languageOf(asked));
  }

  private async view(row: NotificationRow, language: Language): Promise<NotificationDto> {
    return notificationView(row, language, await this.alternatives.of(row));
  }
}
