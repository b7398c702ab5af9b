import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../people/actor.js';
import { CurrentActor } from '../../people/session.guard.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Id } from '../../platform/http/id.pipe.js';
import { page } from '../../platform/http/listing.js';
import { durationText, parsedDuration, parsedInstant } from '../../platform/problems/fields.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingHistory, bookingView, findBooking } from '../booking-view.js';
import { BookingDto } from '../bookings.dto.js';
import { declineOffer, takeOffer, withdrawWish } from './answer-offer.js';
import { NewWishDto, WishDto, WishPageDto, WishesQuery } from './waiting-list.dto.js';
import { addWish, listWishes, wishOf } from './wishes.js';
import type { NewWish, WishRow } from './wishes.js';

const longestMs = 366 * 86_400_000;

@ApiTags('waiting list')
@Controller('waiting-list')
export class WaitingListController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In line for time that is freed; the first whom it fits has it to themselves for a while. */
  @Post()
  @ApiCreatedResponse({ type: WishDto })
  async join(@CurrentActor() actor: Actor, @Body() body: NewWishDto): Promise<WishDto> {
    const id = await addWish(this.database, actor, wished(body, this.clock.now()));
    return view(await wishOf(this.database, actor, id));
  }

  @Get()
  @ApiOkResponse({ type: WishPageDto })
  async list(@CurrentActor() actor: Actor, @Query() query: WishesQuery): Promise<WishPageDto> {
    const { limit = 50, memberId, state, after } = query;
    const rows = await listWishes(this.database, actor, {
      memberId: memberId === 'me' ? actor.id : (memberId ?? null),
      states: state ?? null,
      after: after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: items.map(view), nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ type: WishDto })
  async one(@CurrentActor() actor: Actor, @Id() id: string): Promise<WishDto> {
    return view(await wishOf(this.database, actor, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async withdraw(@CurrentActor() actor: Actor, @Id() id: string): Promise<void> {
    await withdrawWish(this.database, actor, id);
  }

  @Post(':id/take')
  @HttpCode(200)
  @ApiOkResponse({ type: BookingDto })
  async take(@CurrentActor() actor: Actor, @Id() id: string): Promise<BookingDto> {
    const bookingId = await takeOffer(this.database, actor, id);
    const booking = await findBooking(this.database, bookingId);
    if (!booking) throw new DomainError('booking.unknown');
    return bookingView(actor, booking, await bookingHistory(this.database, bookingId));
  }

  @Post(':id/decline')
  @HttpCode(200)
  @ApiOkResponse({ type: WishDto })
  async decline(@CurrentActor() actor: Actor, @Id() id: string): Promise<WishDto> {
    await declineOffer(this.database, actor, id);
    return view(await wishOf(this.database, actor, id));
  }
}

/** @throws wish.where, wish.room */
function wished(body: NewWishDto, now: Date): NewWish {
  const { machineId = null, machineType = null, purpose = null } = body;
  if ((machineId === null) === (machineType === null)) throw new DomainError('wish.where');
  const from = (body.from === undefined ? null : parsedInstant(body.from)) ?? now;
  const to = parsedInstant(body.to);
  const seconds = parsedDuration(body.duration) ?? 0;
  const length = to ? to.getTime() - from.getTime() : 0;
  const fits = seconds > 0 && seconds * 1_000 <= length && length <= longestMs;
  if (!to || !fits || to <= now) throw new DomainError('wish.room');
  return { machineId, machineType, from, to, seconds: Math.ceil(seconds), purpose };
}

function view(wish: WishRow): WishDto {
  const { offerId, offerMachineId, offerStartsAt, offerEndsAt } = wish;
  const offered = offerId && offerMachineId && offerStartsAt && offerEndsAt;
  return {
    id: wish.id,
    memberId: wish.memberId,
    memberName: wish.memberName,
    machineId: wish.machineId,
    machineType: wish.machineType,
    from: wish.from.toISOString(),
    to: wish.to.toISOString(),
    duration: durationText(wish.seconds),
    purpose: wish.purpose,
    state: wish.state === 'waiting' && wish.over ? 'over' : wish.state,
    offer: offered
      ? {
          bookingId: offerId,
          machineId: offerMachineId,
          startsAt: offerStartsAt.toISOString(),
          endsAt: offerEndsAt.toISOString(),
          holdUntil: wish.state === 'offered' ? (wish.holdUntil?.toISOString() ?? null) : null,
        }
      : null,
    createdAt: wish.createdAt.toISOString(),
  };
}
