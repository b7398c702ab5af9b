import { Controller, Delete, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../people/actor.js';
import { CurrentActor, StaffOnly } from '../../people/session.guard.js';
import { Database } from '../../platform/database/database.js';
import { Id } from '../../platform/http/id.pipe.js';
import { PageQuery, page } from '../../platform/http/listing.js';
import { languageOf, problemWords } from '../../platform/problems/problem.js';
import type { Language } from '../../platform/problems/problem.js';
import { affectedBy } from './calendar-closures.js';
import { askedCalendar } from './calendar-form.js';
import { ImportCalendar } from './import-calendar.js';
import type { Imported } from './import-calendar.js';
import { LabCalendarDto, LabCalendarPageDto, ReadCalendarDto } from './lab-calendars.dto.js';
import { calendarOf, listCalendars, removeCalendar } from './lab-calendars.js';
import type { CalendarRow } from './lab-calendars.js';

/** Outside calendars whose events close a lab or one of its machines; their addresses are staff's. */
@ApiTags('labs')
@StaffOnly()
@Controller('labs/:id/calendars')
export class LabCalendarsController {
  constructor(
    private readonly importing: ImportCalendar,
    private readonly database: Database,
  ) {}

  /** By address, read again every six hours; or as a file, read once. */
  @Post()
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 200 },
        machineId: { type: 'string', format: 'uuid', description: 'Left out: the whole lab' },
        url: { type: 'string', description: 'http, https or webcal; in JSON' },
        file: { type: 'string', format: 'binary', description: 'Up to 5 MB; in a form' },
      },
    },
  })
  @ApiCreatedResponse({ type: ReadCalendarDto })
  async add(
    @CurrentActor() actor: Actor,
    @Id() labId: string,
    @Req() request: FastifyRequest,
  ): Promise<ReadCalendarDto> {
    const asked = await askedCalendar(request);
    const imported = await this.importing.add(actor, { labId, ...asked });
    return this.answer(labId, imported, language(request));
  }

  @Get()
  @ApiOkResponse({ type: LabCalendarPageDto })
  async list(
    @Id() labId: string,
    @Query() { limit = 50, after }: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<LabCalendarPageDto> {
    const filter = { labId, after: after ?? null, limit: limit + 1 };
    const rows = await listCalendars(this.database, filter);
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: items.map((row) => view(row, language(request))), nextCursor };
  }

  /** With the bookings that stand inside its closures. */
  @Get(':calendarId')
  @ApiOkResponse({ type: ReadCalendarDto })
  async one(
    @Id() labId: string,
    @Id('calendarId') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ReadCalendarDto> {
    const calendar = await calendarOf(this.database, labId, id);
    const affected = await affectedBy(this.database, calendar);
    return this.answer(labId, { id, affected }, language(request));
  }

  /** Now, instead of at its time. */
  @Post(':calendarId/refresh')
  @HttpCode(200)
  @ApiOkResponse({ type: ReadCalendarDto })
  async refresh(
    @CurrentActor() actor: Actor,
    @Id() labId: string,
    @Id('calendarId') id: string,
    @Req() request: FastifyRequest,
  ): Promise<ReadCalendarDto> {
    const imported = await this.importing.refresh(actor, labId, id);
    return this.answer(labId, imported, language(request));
  }

  /** With its closures: the lab is open again. */
  @Delete(':calendarId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(
    @CurrentActor() actor: Actor,
    @Id() labId: string,
    @Id('calendarId') id: string,
  ): Promise<void> {
    await this.database.transaction((sql) => removeCalendar(sql, actor, labId, id));
  }

  private async answer(
    labId: string,
    { id, affected }: Imported,
    words: Language,
  ): Promise<ReadCalendarDto> {
    return {
      ...view(await calendarOf(this.database, labId, id), words),
      affected: affected.map(({ startsAt, endsAt, ...booking }) => ({
        ...booking,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    };
  }
}

function view(row: CalendarRow, words: Language): LabCalendarDto {
  const { id, labId, machineId, name, url, closures, ignored, lastError } = row;
  return {
    id,
    labId,
    machineId,
    name,
    url: url === null ? null : withoutPassword(url),
    closures,
    ignored,
    createdAt: row.createdAt.toISOString(),
    lastReadAt: row.lastReadAt.toISOString(),
    nextReadAt: row.nextReadAt?.toISOString() ?? null,
    lastError: lastError && {
      code: lastError.code,
      ...problemWords(lastError.code, lastError.facts, words),
      at: new Date(lastError.at).toISOString(),
    },
  };
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

function language(request: FastifyRequest): Language {
  return languageOf(request.headers['accept-language']);
}
