import { Body, Controller, Get, Headers, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../people/actor.js';
import { CurrentActor } from '../../people/session.guard.js';
import { Database } from '../../platform/database/database.js';
import { Id } from '../../platform/http/id.pipe.js';
import { parsedInstant } from '../../platform/problems/fields.js';
import { DomainError, languageOf, wordedViolation } from '../../platform/problems/problem.js';
import { PlaceSeries } from './place-series.js';
import { shown } from './refused-occurrence.js';
import { NewSeriesDto, PlacedSeriesDto, SeriesDto } from './series.dto.js';
import { placedBookings, seriesView } from './series-view.js';

@ApiTags('bookings')
@Controller('bookings/series')
export class SeriesController {
  constructor(
    private readonly placing: PlaceSeries,
    private readonly database: Database,
  ) {}

  /** Places bookings that repeat, all or nothing or what can be had. */
  @Post()
  @ApiCreatedResponse({ type: PlacedSeriesDto })
  async place(
    @CurrentActor() actor: Actor,
    @Body() body: NewSeriesDto,
    @Headers('accept-language') languages: string | undefined,
  ): Promise<PlacedSeriesDto> {
    const { machineId, rule } = body;
    const { id, skipped } = await this.placing.place(actor, {
      machineId,
      rule,
      startsAt: instant(body.startsAt),
      endsAt: instant(body.endsAt),
      onConflict: body.onConflict ?? 'fail',
      purpose: body.purpose ?? null,
      memberId: body.memberId ?? null,
      projectId: body.projectId ?? null,
      override: body.override ?? false,
      overrideReason: body.overrideReason ?? null,
    });
    const language = languageOf(languages);
    return {
      id,
      rule,
      machineId,
      bookings: await placedBookings(this.database, actor, id),
      skipped: skipped.map((one) => ({
        ...shown(one),
        alternatives: one.alternatives,
        violations: one.violations.map((violation) => wordedViolation(violation, language)),
      })),
    };
  }

  @Get(':id')
  @ApiOkResponse({ type: SeriesDto })
  one(@CurrentActor() actor: Actor, @Id() id: string): Promise<SeriesDto> {
    return seriesView(this.database, actor, id);
  }
}

function instant(text: string): Date {
  const at = parsedInstant(text);
  if (!at) throw new DomainError('request.malformed');
  return at;
}
