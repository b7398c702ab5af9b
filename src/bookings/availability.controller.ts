import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Clock } from '../platform/clock/clock.js';
import { Id } from '../platform/http/id.pipe.js';
import { parsedDuration, parsedInstant } from '../platform/problems/fields.js';
import { DomainError } from '../platform/problems/problem.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { Availability } from './availability.js';
import type { MachineAvailability } from './availability.js';
import {
  AvailabilitiesDto,
  AvailabilitiesQuery,
  AvailabilityDto,
  AvailabilityQuery,
} from './bookings.dto.js';

const dayMs = 86_400_000;
const maxDays = 92;

@ApiTags('bookings')
@Controller()
export class AvailabilityController {
  constructor(
    private readonly availability: Availability,
    private readonly clock: Clock,
  ) {}

  @Get('machines/:id/availability')
  @ApiOkResponse({ type: AvailabilityDto })
  async ofMachine(@Id() id: string, @Query() query: AvailabilityQuery): Promise<AvailabilityDto> {
    const { within, seconds, now } = this.asked(query);
    return availabilityView(await this.availability.ofMachine(id, within, seconds, now));
  }

  @Get('availability')
  @ApiOkResponse({ type: AvailabilitiesDto })
  async ofType(@Query() query: AvailabilitiesQuery): Promise<AvailabilitiesDto> {
    const { within, seconds, now } = this.asked(query);
    const { machineType = null, material, minWidth, minDepth } = query;
    const piece = { material, width: minWidth, depth: minDepth };
    const all = await this.availability.ofType(machineType, within, seconds, now, piece);
    return { items: all.map(availabilityView) };
  }

  private asked(query: AvailabilityQuery) {
    const now = this.clock.now();
    const startsAt = (query.from === undefined ? null : parsedInstant(query.from)) ?? now;
    const asked = query.to === undefined ? null : parsedInstant(query.to);
    const endsAt = asked ?? new Date(startsAt.getTime() + 7 * dayMs);
    const days = (endsAt.getTime() - startsAt.getTime()) / dayMs;
    if (days <= 0 || days > maxDays) throw new DomainError('booking.interval');
    const seconds = query.duration === undefined ? null : parsedDuration(query.duration);
    return { within: { startsAt, endsAt }, seconds, now };
  }
}

function availabilityView({ machineId, open, slots }: MachineAvailability): AvailabilityDto {
  return { machineId, open: open.map(intervalView), slots: slots.map(intervalView) };
}

function intervalView({ startsAt, endsAt }: Interval) {
  return { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
}
