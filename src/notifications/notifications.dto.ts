import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { SlotDto } from '../bookings/bookings.dto.js';
import { PageQuery } from '../platform/http/listing.js';

export class NotificationSubjectDto {
  @ApiProperty({ example: 'booking' })
  kind: string;
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class NotificationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'booking.displaced' })
  kind: string;
  @ApiProperty({ type: NotificationSubjectDto })
  subject: NotificationSubjectDto;
  @ApiProperty({ description: 'In the language asked for' })
  title: string;
  @ApiProperty()
  body: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  facts: Record<string, unknown>;
  @ApiProperty({
    type: [SlotDto],
    description: 'Slots that are free now, in place of the one that was lost; empty once read',
  })
  alternatives: SlotDto[];
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readAt: string | null;
}

export class NotificationPageDto {
  @ApiProperty({ type: [NotificationDto] })
  items: NotificationDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class NotificationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only what was not read yet' })
  @IsOptional()
  @IsIn(['true', 'false'])
  unread?: 'true' | 'false';
}
