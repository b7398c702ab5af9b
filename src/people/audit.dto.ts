import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { LimitQuery } from '../platform/http/listing.js';
import { IsInstant } from '../platform/problems/fields.js';

export class AuditQuery extends LimitQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'To what it was done' })
  @IsOptional()
  @IsUUID()
  subject?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'By whom' })
  @IsOptional()
  @IsUUID()
  actor?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({ description: 'The nextCursor of the page before' })
  @IsOptional()
  @Matches(/^\d{1,18}$/)
  after?: string;
}

export class AuditActorDto {
  @ApiProperty({ enum: ['member', 'machine', 'system'] })
  kind: 'member' | 'machine' | 'system';
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id: string | null;
  @ApiProperty({ type: String, nullable: true })
  name: string | null;
}

export class AuditSubjectDto {
  @ApiProperty({ example: 'booking' })
  kind: string;
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class AuditEntryDto {
  @ApiProperty()
  id: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ example: 'booking.overridden' })
  action: string;
  @ApiProperty({ type: AuditActorDto })
  by: AuditActorDto;
  @ApiProperty({ type: AuditSubjectDto })
  subject: AuditSubjectDto;
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  facts: Record<string, unknown>;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  items: AuditEntryDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
