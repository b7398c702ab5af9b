import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { IsInstant } from '../../platform/problems/fields.js';
import { bookingStates, calendarKinds } from '../booking.states.js';
import type { BookingState, CalendarKind } from '../booking.states.js';

const downtimeKinds = ['maintenance', 'outage'] as const;
export type DowntimeKind = (typeof downtimeKinds)[number];

export class NewDowntimeDto {
  @ApiPropertyOptional({ format: 'date-time', description: 'Left out, or past: now' })
  @IsOptional()
  @IsInstant()
  startsAt?: string;

  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  endsAt: string;

  @ApiProperty({ description: 'Everybody may read it' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;

  @ApiPropertyOptional({
    description: 'Cancels the bookings in the way and tells their members',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  displace?: boolean;
}

/** A booking in the way of a downtime, or one that had to go. */
export class DisplacedDto {
  @ApiProperty({ format: 'uuid' })
  bookingId: string;
  @ApiProperty({ enum: calendarKinds })
  kind: CalendarKind;
  @ApiProperty({ enum: bookingStates })
  state: BookingState;
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  memberId: string | null;
  @ApiProperty({ type: String, nullable: true })
  memberName: string | null;
  @ApiProperty({ description: 'Whether displace would move it out of the way' })
  displaceable: boolean;
}

export class DowntimeDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ enum: downtimeKinds })
  kind: DowntimeKind;
  @ApiProperty({
    enum: bookingStates,
    description: '"confirmed" before it begins, "checked_in" while it lasts, "completed" after it',
  })
  state: BookingState;
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time', description: 'When it ended, once it has' })
  endsAt: string;
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  createdBy: string | null;
}

export class PlannedDowntimeDto extends DowntimeDto {
  @ApiProperty({ type: [DisplacedDto] })
  displaced: DisplacedDto[];
}

export class DowntimePageDto {
  @ApiProperty({ type: [DowntimeDto] })
  items: DowntimeDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
