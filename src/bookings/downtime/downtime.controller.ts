import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import { CurrentActor, StaffOnly } from '../../people/session.guard.js';
import { Database } from '../../platform/database/database.js';
import { Id } from '../../platform/http/id.pipe.js';
import { PageQuery, page } from '../../platform/http/listing.js';
import { IsInstant, parsedInstant } from '../../platform/problems/fields.js';
import { DomainError } from '../../platform/problems/problem.js';
import { OptionalReasonDto } from '../bookings.dto.js';
import {
  DowntimeDto,
  DowntimePageDto,
  NewDowntimeDto,
  PlannedDowntimeDto,
} from './downtime.dto.js';
import type { DowntimeKind } from './downtime.dto.js';
import { downtimeView, findDowntime, listDowntime } from './downtime-view.js';
import { endDowntime } from './end-downtime.js';
import { PlanDowntime, inTheWayView } from './plan-downtime.js';

class DowntimeQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** When a machine is out of use; everybody may read it, staff decide it. */
@ApiTags('downtime')
@Controller()
export class DowntimeController {
  constructor(
    private readonly planning: PlanDowntime,
    private readonly database: Database,
  ) {}

  @Get('machines/:id/downtime')
  @ApiOkResponse({ type: DowntimePageDto })
  async list(@Id() machineId: string, @Query() query: DowntimeQuery): Promise<DowntimePageDto> {
    const { limit = 50, after } = query;
    const rows = await listDowntime(this.database, {
      machineId,
      from: query.from === undefined ? null : parsedInstant(query.from),
      to: query.to === undefined ? null : parsedInstant(query.to),
      after: after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: items.map(downtimeView), nextCursor };
  }

  @StaffOnly()
  @Post('machines/:id/maintenance')
  @ApiCreatedResponse({ type: PlannedDowntimeDto })
  maintenance(
    @CurrentActor() actor: Actor,
    @Id() machineId: string,
    @Body() body: NewDowntimeDto,
  ): Promise<PlannedDowntimeDto> {
    return this.plan(actor, machineId, 'maintenance', body);
  }

  @StaffOnly()
  @Post('machines/:id/outage')
  @ApiCreatedResponse({ type: PlannedDowntimeDto })
  outage(
    @CurrentActor() actor: Actor,
    @Id() machineId: string,
    @Body() body: NewDowntimeDto,
  ): Promise<PlannedDowntimeDto> {
    return this.plan(actor, machineId, 'outage', body);
  }

  /** Over now, or called off where it has not begun. */
  @StaffOnly()
  @Post('bookings/:id/end')
  @HttpCode(200)
  @ApiOkResponse({ type: DowntimeDto })
  async end(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: OptionalReasonDto,
  ): Promise<DowntimeDto> {
    await this.database.transaction((sql) => endDowntime(sql, id, byMember(actor), reason ?? null));
    return this.view(id);
  }

  private async plan(
    actor: Actor,
    machineId: string,
    kind: DowntimeKind,
    { startsAt, endsAt, reason, displace = false }: NewDowntimeDto,
  ): Promise<PlannedDowntimeDto> {
    const end = parsedInstant(endsAt);
    if (!end) throw new DomainError('maintenance.interval');
    const { downtime, displaced } = await this.planning.plan(actor, {
      machineId,
      kind,
      startsAt: startsAt === undefined ? null : parsedInstant(startsAt),
      endsAt: end,
      reason,
      displace,
    });
    return { ...(await this.view(downtime.id)), displaced: displaced.map(inTheWayView) };
  }

  private async view(id: string): Promise<DowntimeDto> {
    const row = await findDowntime(this.database, id);
    if (!row) throw new DomainError('booking.unknown');
    return downtimeView(row);
  }
}
