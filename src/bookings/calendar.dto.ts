import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { IsInstant } from '../platform/problems/fields.js';
import { BookingDto } from './bookings.dto.js';

/** A month as calendars show it: six rows of weeks, less the days that no view shows at once. */
export const maxCalendarDays = 35;

export class CalendarQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: `At most ${maxCalendarDays} days after from; left out: 7 days`,
  })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  labId?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  machineId?: string;
}

export class CalendarDto {
  @ApiProperty({
    type: [BookingDto],
    description: 'What takes a machine within the window, by machine and start; no pages',
  })
  items: BookingDto[];
}
