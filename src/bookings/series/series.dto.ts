import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { IsInstant } from '../../platform/problems/fields.js';
import { OverrideDto } from '../booking-changes.dto.js';
import { BookingDto, SlotDto } from '../bookings.dto.js';

export class NewSeriesDto extends OverrideDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  machineId: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Of the first occurrence; the others keep its wall time in the lab',
  })
  @IsInstant()
  startsAt: string;

  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  endsAt: string;

  @ApiProperty({
    example: 'FREQ=WEEKLY;COUNT=8',
    description: 'RFC 5545, with COUNT or UNTIL; once a day at most, 200 occurrences at most',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  rule: string;

  @ApiPropertyOptional({
    enum: ['fail', 'skip'],
    description: 'All or nothing, as when left out; or what can be had, and a report of the rest',
  })
  @IsOptional()
  @IsIn(['fail', 'skip'])
  onConflict?: 'fail' | 'skip';

  @ApiPropertyOptional({ format: 'uuid', description: 'A project of the member' })
  @IsOptional()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  purpose?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'For another member; staff only' })
  @IsOptional()
  @IsUUID()
  memberId?: string;
}

export class SeriesViolationDto {
  @ApiProperty()
  code: string;
  @ApiProperty()
  message: string;
  @ApiPropertyOptional()
  overridable?: boolean;
}

export class SkippedOccurrenceDto {
  @ApiProperty({ format: 'date', description: 'Of its start, on the lab’s clocks' })
  date: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'null where the clock shows no such time',
  })
  startsAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endsAt: string | null;
  @ApiProperty({ description: 'booking.overlap, booking.rules or booking.skipped_hour' })
  code: string;
  @ApiProperty({ type: [SeriesViolationDto], description: 'With the facts of each' })
  violations: SeriesViolationDto[];
  @ApiProperty({ type: [SlotDto], description: 'Looked for in the first twenty' })
  alternatives: SlotDto[];
}

export class PlacedSeriesDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  rule: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ type: [BookingDto] })
  bookings: BookingDto[];
  @ApiProperty({ type: [SkippedOccurrenceDto] })
  skipped: SkippedOccurrenceDto[];
}

export class OccurrenceDto {
  @ApiProperty({
    example: '2027-03-02T18:00:00',
    description: 'The wall start that the rule gives; it stays when the booking moves',
  })
  occurrence: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'By the rule; null where the clock shows no such time',
  })
  startsAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endsAt: string | null;
  @ApiProperty({ type: BookingDto, nullable: true, description: 'null: it was never placed' })
  booking: BookingDto | null;
}

export class SeriesDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ format: 'uuid' })
  memberId: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  projectId: string | null;
  @ApiProperty({ type: String, nullable: true })
  purpose: string | null;
  @ApiProperty({ example: 'FREQ=WEEKLY;COUNT=8' })
  rule: string;
  @ApiProperty({ description: 'IANA name: the clocks that the rule follows' })
  timeZone: string;
  @ApiProperty({ format: 'uuid' })
  createdBy: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: [OccurrenceDto] })
  occurrences: OccurrenceDto[];
}
