import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { bookingHistory, bookingView, findBooking } from '../bookings/booking-view.js';
import { BookingDto, OptionalReasonDto, ReasonDto } from '../bookings/bookings.dto.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { CurrentActor, StaffOnly } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { parsedInstant } from '../platform/problems/fields.js';
import { DomainError } from '../platform/problems/problem.js';
import { BookJob } from './book-job.js';
import { DecideJob } from './decide-job.js';
import { JobView, mayReadJob } from './job-view.js';
import { language } from './jobs.controller.js';
import { BookJobDto, JobDto, ProposalsDto, ProposalsQuery, ResolveDto } from './jobs.dto.js';

@ApiTags('jobs')
@Controller('jobs/:id')
export class JobDecisionsController {
  constructor(
    private readonly booking: BookJob,
    private readonly deciding: DecideJob,
    private readonly jobs: JobView,
    private readonly database: Database,
  ) {}

  @Get('proposals')
  @ApiOkResponse({ type: ProposalsDto })
  async proposals(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Query() { from }: ProposalsQuery,
  ): Promise<ProposalsDto> {
    await this.readable(actor, id);
    const slots = await this.booking.proposals(id, from === undefined ? null : parsedInstant(from));
    return {
      items: slots.map(({ machineId, machineName, startsAt, endsAt }) => ({
        machineId,
        machineName,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    };
  }

  @Post('book')
  @ApiCreatedResponse({ type: BookingDto })
  async book(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() body: BookJobDto,
  ): Promise<BookingDto> {
    await this.readable(actor, id);
    const startsAt = body.startsAt === undefined ? null : parsedInstant(body.startsAt);
    const bookingId = await this.booking.book(actor, id, body.machineId, startsAt);
    const booking = await findBooking(this.database, bookingId);
    if (!booking) throw new DomainError('booking.unknown');
    return bookingView(actor, booking, await bookingHistory(this.database, bookingId));
  }

  @StaffOnly()
  @Post('approve')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  approve(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.approve(actor, id));
  }

  @StaffOnly()
  @Post('reject')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  reject(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: ReasonDto,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.reject(actor, id, reason));
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  cancel(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: OptionalReasonDto,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.cancel(actor, id, reason ?? null));
  }

  /** The member whose job it is, standing at the machine, or staff. */
  @Post('start')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  start(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.start(actor, id));
  }

  @Post('pause')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  pause(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.ask(id, 'pause'));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  resume(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.ask(id, 'resume'));
  }

  @StaffOnly()
  @Post('resolve')
  @HttpCode(200)
  @ApiOkResponse({ type: JobDto })
  resolve(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { outcome }: ResolveDto,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.decided(actor, id, request, () => this.deciding.resolve(actor, id, outcome));
  }

  private async decided(
    actor: Actor,
    id: string,
    request: FastifyRequest,
    decide: () => Promise<void>,
  ): Promise<JobDto> {
    await this.readable(actor, id);
    await decide();
    return this.jobs.one(await this.readable(actor, id), language(request));
  }

  private async readable(actor: Actor, id: string) {
    const job = await this.jobs.find(id);
    if (!job || !(isStaff(actor) || mayReadJob(actor, job))) throw new DomainError('job.unknown');
    return job;
  }
}
