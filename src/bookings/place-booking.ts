import { Injectable } from '@nestjs/common';
import { byMember, isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database, sqlState } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { wakeRelay } from '../platform/outbox/wake-relay.js';
import { DomainError } from '../platform/problems/problem.js';
import './bookings.problems.js';
import { bookingFacts } from './booking-facts.js';
import type { PlacingFacts } from './booking-facts.js';
import { bookingView } from './booking-view.js';
import type { BookingRow } from './booking-view.js';
import { needsApproval } from './booking.rules.js';
import type { RuleViolation } from './booking.rules.js';
import type { BookingDto } from './bookings.dto.js';
import { insertBooking } from './insert-booking.js';
import type { Inserted, NewBooking } from './insert-booking.js';
import { judge, standing } from './judge-booking.js';
import { lockMachine } from './lock-machine.js';
import { noUse } from './member-use.js';
import { NearestSlots } from './nearest-slots.js';
import { noteOverride, requireOverride } from './override-rules.js';
import type { Override } from './override-rules.js';
import { requireProject } from './require-project.js';
import { isCounted, useUnderLock } from './use-under-lock.js';
import { wantedInterval } from './wanted-interval.js';

export interface BookingRequest {
  readonly machineId: string;
  /** Null: now. */
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  /** Seconds; counts where no end is given. */
  readonly duration: number | null;
  readonly purpose: string | null;
  /** The manager's: for another member, or against the overridable rules, with the reason. */
  readonly memberId: string | null;
  readonly projectId?: string | null;
  readonly override: boolean;
  readonly overrideReason?: string | null;
  /** The job's approval already happened, so the slot needs no decision of its own. */
  readonly approved?: boolean;
}

type Outcome =
  { readonly placed: Inserted } | { readonly refused: 'taken' | readonly RuleViolation[] };

/** Places a booking: rules first, then one constrained insert that PostgreSQL decides. */
@Injectable()
export class PlaceBooking {
  constructor(
    private readonly nearest: NearestSlots,
    private readonly database: Database,
  ) {}

  /** @throws booking.interval, booking.rules, booking.overlap, machine.unknown, request.forbidden */
  async place(actor: Actor, request: BookingRequest): Promise<string> {
    return (await this.placed(actor, request)).id;
  }

  /** The same, for whoever wants to see the booking: nothing is read back. */
  async placeAndShow(actor: Actor, request: BookingRequest): Promise<BookingDto> {
    const booking = await this.placed(actor, request);
    const at = booking.createdAt.toISOString();
    const by = { ...byMember(actor), name: actor.name };
    return bookingView(actor, booking, [{ state: booking.state, at, by, reason: null }]);
  }

  private async placed(actor: Actor, request: BookingRequest): Promise<BookingRow> {
    const memberId = memberFor(actor, request);
    const facts = await bookingFacts(this.database, request.machineId, {
      memberId,
      startsAt: request.startsAt,
      endsAt: request.endsAt,
    });
    const { machine, now } = facts;
    const wanted = wantedInterval({ ...request, startsAt: request.startsAt ?? now });
    const { override, purpose, projectId = null } = request;
    if (projectId !== null)
      await requireProject(this.database, actor, { projectId, machineId: machine.id, memberId });
    const confirmed =
      request.approved === true || override || !needsApproval(machine.rules, wanted);
    const state = confirmed ? 'confirmed' : 'requested';
    const booking = { ...wanted, memberId, state, purpose, projectId } as const;

    const outcome = await this.settle(actor, request, facts, booking);
    if (!('placed' in outcome)) throw await this.refusal(outcome.refused, booking, facts);
    wakeRelay(this.database);
    return {
      ...booking,
      ...outcome.placed,
      machineId: machine.id,
      kind: 'booking',
      version: 1,
      createdBy: actor.id,
      busyUntil: wanted.endsAt,
      jobId: null,
      seriesId: null,
      lab: machine.lab,
    };
  }

  /** One statement; or, where a rule counts or is overridden, one transaction of few. */
  private async settle(
    actor: Actor,
    request: BookingRequest,
    facts: PlacingFacts,
    booking: NewBooking,
  ): Promise<Outcome> {
    const { machine } = facts;
    const decide = (sql: Sql, use = noUse) =>
      decideOn(sql, { actor, request, facts, booking, use });
    try {
      if (!isCounted(machine, booking) && !request.override) return await decide(this.database);
      return await this.database.transaction(async (sql) => {
        await lockMachine(sql, machine.id);
        return decide(sql, await useUnderLock(sql, machine, booking, null));
      });
    } catch (error) {
      const code = sqlState(error);
      // Both mean that somebody else was first; nothing of the attempt stands.
      if (code === '23P01' || code === '40P01') return { refused: 'taken' };
      if (code === '23503') throw new DomainError('member.unknown');
      throw error;
    }
  }

  private async refusal(
    why: 'taken' | readonly RuleViolation[],
    wanted: NewBooking,
    facts: PlacingFacts,
  ): Promise<DomainError> {
    const { memberId, projectId } = wanted;
    const alternatives = await this.nearest.to(wanted, facts, memberId, null, projectId);
    return why === 'taken'
      ? new DomainError('booking.overlap', { alternatives })
      : new DomainError('booking.rules', { alternatives }, why);
  }
}

interface Attempt {
  readonly actor: Actor;
  readonly request: BookingRequest;
  readonly facts: PlacingFacts;
  readonly booking: NewBooking;
  readonly use: typeof noUse;
}

async function decideOn(sql: Sql, { actor, request, facts, booking, use }: Attempt) {
  const violations = judge(booking, facts, use);
  const refused = standing(violations, request.override);
  if (refused.length > 0) return { refused };
  const placed = await insertBooking(sql, facts.machine, booking, actor.id, facts.now);
  if (!placed) return { refused: 'taken' } as const;
  if (request.override) await noteOverride(sql, actor, placed.id, request, violations);
  return { placed };
}

/** Whose booking it is to be. @throws request.forbidden, request.malformed */
export function memberFor(
  actor: Actor,
  request: Override & { readonly memberId: string | null },
): string {
  const { memberId } = request;
  if (memberId !== null && memberId !== actor.id && !isStaff(actor)) {
    throw new DomainError('request.forbidden');
  }
  requireOverride(actor, request);
  return memberId ?? actor.id;
}
