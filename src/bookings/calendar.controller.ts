import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../people/actor.js';
import { CurrentActor } from '../people/session.guard.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { parsedInstant } from '../platform/problems/fields.js';
import { bookingView } from './booking-view.js';
import { CalendarDto, CalendarQuery, maxCalendarDays } from './calendar.dto.js';
import { readCalendarWindow } from './read-calendar-window.js';

const dayMs = 86_400_000;

@ApiTags('bookings')
@Controller('calendar')
export class CalendarController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** What takes the machines in a window of time, whole and in one answer. */
  @Get()
  @ApiOkResponse({ type: CalendarDto })
  async window(@CurrentActor() actor: Actor, @Query() query: CalendarQuery): Promise<CalendarDto> {
    const asked = (text: string | undefined) => (text === undefined ? null : parsedInstant(text));
    const startsAt = asked(query.from) ?? this.clock.now();
    const endsAt = asked(query.to) ?? new Date(startsAt.getTime() + 7 * dayMs);
    const days = (endsAt.getTime() - startsAt.getTime()) / dayMs;
    if (days <= 0 || days > maxCalendarDays)
      throw new DomainError('calendar.window', { days: maxCalendarDays });
    const { labId = null, machineId = null } = query;
    const rows = await readCalendarWindow(this.database, { startsAt, endsAt, labId, machineId });
    return { items: rows.map((row) => bookingView(actor, row)) };
  }
}
