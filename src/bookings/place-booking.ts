import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Catalogue } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import { openIntervals } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database, sqlState } from '../platform/database/database.js';
import { outboxChannel } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { Availability } from './availability.js';
import { bookingDue } from './bookings.messages.js';
import './bookings.problems.js';
import { bookingFacts } from './booking-facts.js';
import { assessBooking, holdUntil } from './booking.rules.js';

export interface BookingRequest {
  readonly machineId: string;
  /** Null: now. */
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  /** Seconds; counts where no end is given. */
  readonly duration: number | null;
  readonly purpose: string | null;
  /** The manager's: for another member, or against the overridable rules. */
  readonly memberId: string | null;
  readonly override: boolean;
  /** The job's approval already happened, so the slot needs no decision of its own. */
  readonly approved?: boolean;
}

const alternatives = { days: 14, limit: 3 };

/** Places a booking: rules first, then one constrained insert that PostgreSQL decides. */
@Injectable()
export class PlaceBooking {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly availability: Availability,
    private readonly database: Database,
  ) {}

  /** @throws booking.interval, booking.rules, booking.overlap, machine.unknown, request.forbidden */
  async place(actor: Actor, request: BookingRequest): Promise<string> {
    const memberId = this.memberFor(actor, request);
    const facts = await bookingFacts(this.database, request.machineId, memberId, request.startsAt);
    const wanted = wantedInterval(request, facts.now);
    const around = { startsAt: wanted.startsAt, endsAt: wanted.endsAt };
    const hours = facts.machine.openingHours ?? facts.machine.labOpeningHours;
    const open = openIntervals(hours, facts.machine.timeZone, around, facts.closures);
    const violations = assessBooking(wanted, { ...facts, rules: facts.machine.rules, open });
    const standing = violations.filter(({ overridable }) => !(request.override && overridable));
    if (standing.length > 0) throw new DomainError('booking.rules', {}, standing);

    const confirmed =
      facts.machine.rules.approval === 'auto' || request.approved === true || request.override;
    const id = await this.insert(facts.machine, wanted, facts.now, {
      memberId,
      confirmed,
      actorId: actor.id,
      purpose: request.purpose,
    });
    if (id === null) throw await this.taken(facts.machine, wanted, facts.now);
    return id;
  }

  private memberFor(actor: Actor, { memberId, override }: BookingRequest): string {
    const ofManager = override || (memberId !== null && memberId !== actor.id);
    if (ofManager && !isStaff(actor)) throw new DomainError('request.forbidden');
    return memberId ?? actor.id;
  }

  /** Null when the slot is taken. ON CONFLICT keeps a rush from ending in deadlocks. */
  private async insert(
    machine: CatalogueMachine,
    { startsAt, endsAt }: Interval,
    now: Date,
    about: { memberId: string; confirmed: boolean; actorId: string; purpose: string | null },
  ): Promise<string | null> {
    const id = uuid();
    const hold = about.confirmed ? null : holdUntil({ startsAt, endsAt }, now);
    try {
      const row = await this.database.row(placeSql, [
        id,
        machine.id,
        about.memberId,
        startsAt,
        endsAt,
        new Date(startsAt.getTime() - machine.rules.setup * 1_000),
        new Date(endsAt.getTime() + machine.rules.cleanup * 1_000),
        about.confirmed ? 'confirmed' : 'requested',
        about.purpose,
        hold,
        about.actorId,
        `booking:${id}`,
        about.confirmed ? 'booking.confirmed' : 'booking.requested',
        JSON.stringify({
          type: about.confirmed ? 'booking.confirmed' : 'booking.requested',
          id,
          lab: machine.lab,
          kind: 'booking',
        }),
        JSON.stringify({ bookingId: id }),
        hold ?? startsAt,
      ]);
      return row ? id : null;
    } catch (error) {
      const state = sqlState(error);
      // Both mean that somebody else was first; nothing of this statement stands.
      if (state === '23P01' || state === '40P01') return null;
      if (state === '23503') throw new DomainError('member.unknown');
      throw error;
    }
  }

  private async taken(
    machine: CatalogueMachine,
    wanted: Interval,
    now: Date,
  ): Promise<DomainError> {
    const seconds = (wanted.endsAt.getTime() - wanted.startsAt.getTime()) / 1_000;
    const alike = await this.catalogue.machines({ machineType: machine.machineType });
    const from = wanted.startsAt > now ? wanted.startsAt : now;
    const slots = await this.availability.firstSlots(alike, from, {
      ...alternatives,
      seconds,
      now,
    });
    return new DomainError('booking.overlap', {
      alternatives: slots.map(({ machineId, startsAt, endsAt }) => ({
        machineId,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      })),
    });
  }
}

// Booking, history, change and next step stand or fall in one statement, one round trip.
const placeSql = `
  WITH placed AS (
    INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state, purpose, hold_until)
    VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7), $8, $9, $10)
    ON CONFLICT DO NOTHING
    RETURNING id),
  remembered AS (
    INSERT INTO booking_history (booking_id, state, actor_kind, actor_id)
    SELECT id, $8, 'member', $11 FROM placed),
  owed AS (
    INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
    SELECT 'change', $12, $13, $14::jsonb, NULL, now() FROM placed
    UNION ALL
    SELECT 'queue', 'step:' || $12, '${bookingDue.name}', $15::jsonb, 'step:' || $12, $16::timestamptz FROM placed)
  SELECT id, pg_notify('${outboxChannel}', '') FROM placed`;

function wantedInterval(request: BookingRequest, now: Date): Interval {
  const startsAt = request.startsAt ?? now;
  const endsAt =
    request.endsAt ??
    (request.duration === null ? null : new Date(startsAt.getTime() + request.duration * 1_000));
  if (!endsAt || endsAt <= startsAt) throw new DomainError('booking.interval');
  return { startsAt, endsAt };
}
