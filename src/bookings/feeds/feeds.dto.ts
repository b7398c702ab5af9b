import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../platform/http/listing.js';
import { IsMember } from '../../platform/problems/fields.js';
import { feedKinds } from './calendar-feed.entity.js';
import type { FeedKind } from './calendar-feed.entity.js';

export class NewFeedDto {
  @ApiProperty({ enum: feedKinds, description: '"member": one’s own bookings' })
  @IsIn(feedKinds)
  kind: FeedKind;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a "machine" feed' })
  @IsOptional()
  @IsUUID()
  machineId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Of a "lab" feed' })
  @IsOptional()
  @IsUUID()
  labId?: string;
}

export class FeedDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: feedKinds })
  kind: FeedKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  machineId: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  labId: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute' })
  lastReadAt: string | null;
}

export class NewFeedAnswerDto extends FeedDto {
  @ApiProperty({
    example: 'https://creneau.example.org/api/v1/feeds/….ics',
    description: 'Secret, and never shown again: whoever has it may read the feed',
  })
  url: string;
  @ApiProperty({ description: 'The same, for the program that opens calendars' })
  webcalUrl: string;
}

export class FeedPageDto {
  @ApiProperty({ type: [FeedDto] })
  items: FeedDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class FeedsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'A member, for staff; left out, or "me": one’s own' })
  @IsOptional()
  @IsMember()
  memberId?: string;
}
