import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { CurrentActor, StaffOnly } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { page } from '../platform/http/listing.js';
import { IfMatch } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { parsedDuration, parsedInstant } from '../platform/problems/fields.js';
import { DomainError } from '../platform/problems/problem.js';
import {
  ApproveBookingDto,
  CancelBookingDto,
  ChangeBookingDto,
  RejectBookingDto,
} from './booking-changes.dto.js';
import type { BookingState } from './booking.states.js';
import { bookingHistory, bookingView, findBooking, listBookings, mayRead } from './booking-view.js';
import { BookingDto, BookingPageDto, BookingsQuery, NewBookingDto } from './bookings.dto.js';
import { maxCalendarDays } from './calendar.dto.js';
import { checkIn } from './check-in.js';
import { cancelBooking } from './cancel-booking.js';
import { ChangeBooking } from './change-booking.js';
import { moveBookingOrRefuse } from './move-booking.js';
import { PlaceBooking } from './place-booking.js';
import { cancelSeries } from './series/cancel-series.js';
import { ChangeSeries } from './series/change-series.js';
import { decideSeries } from './series/decide-series.js';
import { isWide } from './series/scope.js';
import type { Scope } from './series/scope.js';
import { UndoBooking } from './undo-booking.js';

@ApiTags('bookings')
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly placing: PlaceBooking,
    private readonly changing: ChangeBooking,
    private readonly changingSeries: ChangeSeries,
    private readonly undoing: UndoBooking,
    private readonly database: Database,
  ) {}

  @Post()
  @ApiCreatedResponse({ type: BookingDto })
  async place(@CurrentActor() actor: Actor, @Body() body: NewBookingDto): Promise<BookingDto> {
    return this.placing.placeAndShow(actor, {
      machineId: body.machineId,
      startsAt: instant(body.startsAt),
      endsAt: instant(body.endsAt),
      duration: body.duration === undefined ? null : parsedDuration(body.duration),
      purpose: body.purpose ?? null,
      memberId: body.memberId ?? null,
      projectId: body.projectId ?? null,
      override: body.override ?? false,
      overrideReason: body.overrideReason ?? null,
    });
  }

  @Get()
  @ApiOkResponse({ type: BookingPageDto })
  async list(@CurrentActor() actor: Actor, @Query() query: BookingsQuery): Promise<BookingPageDto> {
    const limit = query.limit ?? 100;
    const [from, to] = [instant(query.from), instant(query.to)];
    if (from !== null && to !== null && from >= to)
      throw new DomainError('calendar.window', { days: maxCalendarDays });
    const rows = await listBookings(this.database, actor, {
      machineId: query.machineId ?? null,
      memberId: query.memberId === 'me' ? actor.id : (query.memberId ?? null),
      from,
      to,
      states: query.state ?? null,
      after: query.after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(
      rows,
      limit,
      ({ startsAt, id }) => `${startsAt.toISOString()}|${id}`,
    );
    return { items: items.map((row) => bookingView(actor, row)), nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ type: BookingDto })
  one(@CurrentActor() actor: Actor, @Id() id: string): Promise<BookingDto> {
    return this.view(actor, id);
  }

  /** Moves or resizes it; `If-Match` with its ETag refuses what changed in the meantime. */
  @Patch(':id')
  @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag that was read' })
  @ApiOkResponse({ type: BookingDto })
  async change(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() body: ChangeBookingDto,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<BookingDto> {
    const { scope } = body;
    const request = {
      startsAt: instant(body.startsAt),
      endsAt: instant(body.endsAt),
      duration: body.duration === undefined ? null : parsedDuration(body.duration),
      ...(body.purpose === undefined ? {} : { purpose: body.purpose }),
      override: body.override ?? false,
      overrideReason: body.overrideReason ?? null,
      expected,
    };
    if (isWide(scope)) await this.changingSeries.change(actor, id, scope, request);
    else await this.changing.change(actor, id, request);
    return this.view(actor, id);
  }

  @StaffOnly()
  @Post(':id/approve')
  @HttpCode(200)
  @ApiBody({ type: ApproveBookingDto, required: false })
  @ApiOkResponse({ type: BookingDto })
  approve(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { scope }: ApproveBookingDto,
  ): Promise<BookingDto> {
    return this.decide(actor, id, scope, { to: 'confirmed', reason: null });
  }

  @StaffOnly()
  @Post(':id/reject')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  reject(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason, scope }: RejectBookingDto,
  ): Promise<BookingDto> {
    return this.decide(actor, id, scope, { to: 'rejected', reason });
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  async cancel(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason, scope, override, overrideReason }: CancelBookingDto,
  ): Promise<BookingDto> {
    const request = {
      reason: reason ?? null,
      override: override ?? false,
      overrideReason: overrideReason ?? null,
    };
    if (isWide(scope)) await cancelSeries(this.database, actor, id, scope, request);
    else await cancelBooking(this.database, actor, id, request);
    return this.view(actor, id);
  }

  /** Takes the last cancel or move back, within ten seconds, by whoever did it. */
  @Post(':id/undo')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  async undo(@CurrentActor() actor: Actor, @Id() id: string): Promise<BookingDto> {
    await this.undoing.undo(actor, id);
    return this.view(actor, id);
  }

  @Post(':id/check-in')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  async checkIn(@CurrentActor() actor: Actor, @Id() id: string): Promise<BookingDto> {
    await this.readable(actor, id);
    await checkIn(this.database, id, byMember(actor));
    return this.view(actor, id);
  }

  @Post(':id/check-out')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  async checkOut(@CurrentActor() actor: Actor, @Id() id: string): Promise<BookingDto> {
    await this.readable(actor, id);
    return this.move(actor, id, 'completed', null);
  }

  private async decide(
    actor: Actor,
    id: string,
    scope: Scope | undefined,
    decision: { readonly to: 'confirmed' | 'rejected'; readonly reason: string | null },
  ): Promise<BookingDto> {
    if (!isWide(scope)) return this.move(actor, id, decision.to, decision.reason);
    await decideSeries(this.database, actor, id, scope, decision);
    return this.view(actor, id);
  }

  private async move(
    actor: Actor,
    id: string,
    to: BookingState,
    reason: string | null,
  ): Promise<BookingDto> {
    await this.database.transaction((sql) =>
      moveBookingOrRefuse(sql, id, to, byMember(actor), reason),
    );
    return this.view(actor, id);
  }

  private async readable(actor: Actor, id: string) {
    const booking = await findBooking(this.database, id);
    if (!booking || !mayRead(actor, booking)) throw new DomainError('booking.unknown');
    return booking;
  }

  private async view(actor: Actor, id: string): Promise<BookingDto> {
    const booking = await this.readable(actor, id);
    return bookingView(actor, booking, await bookingHistory(this.database, id));
  }
}

function instant(text: string | undefined): Date | null {
  return text === undefined ? null : parsedInstant(text);
}
