import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { bookingStates, calendarKinds } from '../booking.states.js';
import type { BookingState, CalendarKind } from '../booking.states.js';

/** The fields of the form that sends a file. */
export class UploadedCalendarDto {
  @ApiProperty({ example: 'Vacances scolaires', description: 'The reason where an event has none' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Left out: the whole lab is closed' })
  @IsOptional()
  @IsUUID()
  machineId?: string;
}

export class NewCalendarDto extends UploadedCalendarDto {
  @ApiProperty({ example: 'https://example.org/lab.ics', description: 'http, https or webcal' })
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  url: string;
}

export class IgnoredEventsDto {
  @ApiProperty({ description: 'Cancelled' })
  cancelled: number;
  @ApiProperty({ description: 'Shown as free' })
  transparent: number;
}

export class ReadFailureDto {
  @ApiProperty({ example: 'outgoing.unreachable' })
  code: string;
  @ApiProperty()
  title: string;
  @ApiPropertyOptional()
  detail?: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
}

export class LabCalendarDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  labId: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: the whole lab' })
  machineId: string | null;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: String, nullable: true, description: 'Without its password; null: a file' })
  url: string | null;
  @ApiProperty({ description: 'How many it makes, from yesterday to two years ahead' })
  closures: number;
  @ApiProperty({ type: IgnoredEventsDto, description: 'Events that close nothing' })
  ignored: IgnoredEventsDto;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ format: 'date-time', description: 'Whole, or found unchanged' })
  lastReadAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextReadAt: string | null;
  @ApiProperty({
    type: ReadFailureDto,
    nullable: true,
    description: 'Why the last reading failed; the closures are those of the reading before',
  })
  lastError: ReadFailureDto | null;
}

export class LabCalendarPageDto {
  @ApiProperty({ type: [LabCalendarDto] })
  items: LabCalendarDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

/** A booking that stands inside a closure. */
export class AffectedBookingDto {
  @ApiProperty({ format: 'uuid' })
  bookingId: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty()
  machineName: string;
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
}

export class ReadCalendarDto extends LabCalendarDto {
  @ApiProperty({
    type: [AffectedBookingDto],
    description: 'Bookings inside its closures. They stand until staff displace them',
  })
  affected: AffectedBookingDto[];
}
