import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import type { Actor } from './actor.js';
import { addBadge, listBadges, revokeBadge } from './badges.js';
import type { BadgeRow } from './badges.js';
import { CurrentActor, StaffOnly } from './session.guard.js';

class NewBadgeDto {
  @ApiProperty({ example: '04:A3:1F:22', description: 'As the reader gives it; never shown again' })
  @IsString()
  @MaxLength(64)
  @Matches(/[0-9a-z]/i)
  uid: string;

  @ApiPropertyOptional({ example: 'Carte du lab n° 12' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  label?: string;
}

class BadgeDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  memberId: string;
  @ApiProperty({ type: String, nullable: true })
  label: string | null;
  @ApiProperty({ format: 'date-time' })
  addedAt: string;
}

class BadgesDto {
  @ApiProperty({ type: [BadgeDto] })
  items: BadgeDto[];
}

/** The cards with which members check in at a machine. */
@ApiTags('members')
@StaffOnly()
@Controller('members/:id/badges')
export class BadgesController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOkResponse({ type: BadgesDto })
  async list(@Id() memberId: string): Promise<BadgesDto> {
    return { items: (await listBadges(this.database, memberId)).map(badgeView) };
  }

  @Post()
  @ApiCreatedResponse({ type: BadgeDto })
  async add(
    @CurrentActor() actor: Actor,
    @Id() memberId: string,
    @Body() { uid, label }: NewBadgeDto,
  ): Promise<BadgeDto> {
    const badge = { memberId, uid, label: label ?? null };
    return badgeView(await this.database.transaction((sql) => addBadge(sql, actor, badge)));
  }

  @Delete(':badgeId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revoke(
    @CurrentActor() actor: Actor,
    @Id() memberId: string,
    @Id('badgeId') badgeId: string,
  ): Promise<void> {
    await this.database.transaction((sql) => revokeBadge(sql, actor, memberId, badgeId));
  }
}

function badgeView({ addedAt, ...badge }: BadgeRow): BadgeDto {
  return { ...badge, addedAt: addedAt.toISOString() };
}
