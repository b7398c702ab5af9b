import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsIn,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  MaxLength,
  MinLength,
} from 'class-validator';
import { machineTypes } from '../machines/machine-facts.js';
import type { MachineType } from '../machines/machine-facts.js';
import { LimitQuery } from '../platform/http/listing.js';
import { IsDuration, IsInstant, IsInstantCursor, IsMember } from '../platform/problems/fields.js';
import { OverrideDto } from './booking-changes.dto.js';
import { bookingStates, calendarKinds } from './booking.states.js';
import type { BookingState, CalendarKind } from './booking.states.js';

export class IntervalDto {
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
}

export class SlotDto extends IntervalDto {
  @ApiProperty({ format: 'uuid' })
  machineId: string;
}

export class AvailabilityDto {
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ type: [IntervalDto] })
  open: IntervalDto[];
  @ApiProperty({ type: [IntervalDto], description: 'Empty unless a duration was asked for' })
  slots: IntervalDto[];
}

export class AvailabilitiesDto {
  @ApiProperty({ type: [AvailabilityDto] })
  items: AvailabilityDto[];
}

export class AvailabilityQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'At most 92 days after from; left out: 7 days',
  })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({ example: 'PT45M' })
  @IsOptional()
  @IsDuration()
  duration?: string;
}

export class AvailabilitiesQuery extends AvailabilityQuery {
  @ApiPropertyOptional({ enum: machineTypes })
  @IsOptional()
  @IsIn(machineTypes)
  machineType?: MachineType;

  @ApiPropertyOptional({ description: 'Part of what a material of the machine is called' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  material?: string;

  @ApiPropertyOptional({ description: 'mm; the piece may be turned' })
  @IsOptional()
  @Type(() => Number)
  @IsPositive()
  minWidth?: number;

  @ApiPropertyOptional({ description: 'mm; the piece may be turned' })
  @IsOptional()
  @Type(() => Number)
  @IsPositive()
  minDepth?: number;
}

export class NewBookingDto extends OverrideDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  machineId: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  startsAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  endsAt?: string;

  @ApiPropertyOptional({ example: 'PT45M', description: 'Instead of endsAt' })
  @IsOptional()
  @IsDuration()
  duration?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  purpose?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'A project of the member' })
  @IsOptional()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'For another member; staff only' })
  @IsOptional()
  @IsUUID()
  memberId?: string;
}

export class ByDto {
  @ApiProperty({ enum: ['member', 'machine', 'system'] })
  kind: 'member' | 'machine' | 'system';
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id: string | null;
  @ApiProperty({ type: String, nullable: true })
  name: string | null;
}

export class MovedDto {
  @ApiProperty({ type: IntervalDto })
  from: IntervalDto;
  @ApiProperty({ type: IntervalDto })
  to: IntervalDto;
}

export class BookingHistoryDto {
  @ApiProperty({ enum: bookingStates })
  state: BookingState;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ type: ByDto })
  by: ByDto;
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
  @ApiPropertyOptional({ type: MovedDto, description: 'Where its times changed' })
  moved?: MovedDto;
}

export class BookingDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({
    enum: calendarKinds,
    description: 'Besides bookings: a slot offered to one member, and the machine’s downtime',
  })
  kind: CalendarKind;
  @ApiProperty({ description: 'Rises with every change; the ETag' })
  version: number;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'null for the bookings of others',
  })
  memberId: string | null;
  @ApiProperty({ type: String, nullable: true })
  memberName: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Who placed it: the member, or staff for them',
  })
  createdBy: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  jobId: string | null;
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
  @ApiProperty({
    enum: [...bookingStates, 'busy'],
    description: '"busy" for the bookings of others, "cancelled" once they gave the slot back',
  })
  state: BookingState | 'busy';
  @ApiProperty({ type: String, nullable: true })
  purpose: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  projectId: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The series of which it is an occurrence; null for the bookings of others',
  })
  seriesId: string | null;
  @ApiProperty()
  mine: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  createdAt: string | null;
  @ApiPropertyOptional({ type: [BookingHistoryDto] })
  history?: BookingHistoryDto[];
}

export class BookingPageDto {
  @ApiProperty({ type: [BookingDto] })
  items: BookingDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class BookingsQuery extends LimitQuery {
  @ApiPropertyOptional({ description: 'The nextCursor of the page before' })
  @IsOptional()
  @IsInstantCursor()
  after?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  machineId?: string;

  @ApiPropertyOptional({ description: 'A member, or "me"' })
  @IsOptional()
  @IsMember()
  memberId?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({
    enum: bookingStates,
    isArray: true,
    description: 'One or several, comma-separated',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',') : value,
  )
  @IsIn(bookingStates, { each: true })
  state?: BookingState[];
}

export class ReasonDto {
  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  reason: string;
}

export class OptionalReasonDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}
