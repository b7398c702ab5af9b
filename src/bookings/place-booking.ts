import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Catalogue } from '../machines/catalogue.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { byMember, isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database, sqlState } from '../platform/database/database.js';
import { wakeRelay } from '../platform/outbox/wake-relay.js';
import { DomainError } from '../platform/problems/problem.js';
import { Availability } from './availability.js';
import { bookingDue } from './bookings.messages.js';
import './bookings.problems.js';
import { bookingFacts } from './booking-facts.js';
import type { BookableMachine } from './booking-facts.js';
import { bookingView } from './booking-view.js';
import type { BookingRow } from './booking-view.js';
import { assessBooking, holdUntil } from './booking.rules.js';
import type { BookingDto } from './bookings.dto.js';
import { openTime } from './open-time.js';
import { preparedRows } from './prepared.js';

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

interface NewBooking extends Interval {
  readonly memberId: string;
  readonly state: 'confirmed' | 'requested';
  readonly purpose: string | null;
}

type Placed = Pick<BookingRow, 'id' | 'createdAt' | 'memberName'>;

const alternatives = { days: 14, limit: 3 };
/** Opening hours are laid out day by day: nobody may ask for a thousand years of them. */
const longestMs = 366 * 86_400_000;

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
    const memberId = this.memberFor(actor, request);
    const facts = await bookingFacts(this.database, request.machineId, memberId, request.startsAt);
    const { machine, now } = facts;
    const wanted = wantedInterval(request, now);
    const hours = machine.openingHours ?? machine.labOpeningHours;
    const open = openTime(hours, machine.timeZone, wanted, facts.closures);
    const violations = assessBooking(wanted, { ...facts, rules: machine.rules, open });
    const standing = violations.filter(({ overridable }) => !(request.override && overridable));
    if (standing.length > 0) throw new DomainError('booking.rules', {}, standing);

    const confirmed =
      machine.rules.approval === 'auto' || request.approved === true || request.override;
    const state = confirmed ? 'confirmed' : 'requested';
    const { purpose } = request;
    const booking = { ...wanted, machineId: machine.id, memberId, state, purpose } as const;
    const placed = await this.insert(machine, booking, actor.id, now);
    if (!placed) throw await this.taken(machine, wanted, now);
    wakeRelay(this.database);
    const { endsAt: busyUntil } = wanted;
    return {
      ...booking,
      ...placed,
      kind: 'booking',
      version: 1,
      createdBy: actor.id,
      busyUntil,
      jobId: null,
      lab: machine.lab,
    };
  }

  private memberFor(actor: Actor, { memberId, override }: BookingRequest): string {
    const ofManager = override || (memberId !== null && memberId !== actor.id);
    if (ofManager && !isStaff(actor)) throw new DomainError('request.forbidden');
    return memberId ?? actor.id;
  }

  /** Null when the slot is taken. ON CONFLICT keeps a rush from ending in deadlocks. */
  private async insert(
    machine: BookableMachine,
    booking: NewBooking,
    actorId: string,
    now: Date,
  ): Promise<Placed | null> {
    const id = uuid();
    const { memberId, startsAt, endsAt, state, purpose } = booking;
    const hold = state === 'confirmed' ? null : holdUntil({ startsAt, endsAt }, now);
    const change = { type: `booking.${state}`, id, lab: machine.lab, kind: 'booking' };
    try {
      const [row] = await preparedRows<Placed>(this.database, placing, [
        id,
        machine.id,
        memberId,
        startsAt,
        endsAt,
        new Date(startsAt.getTime() - machine.rules.setup * 1_000),
        new Date(endsAt.getTime() + machine.rules.cleanup * 1_000),
        state,
        purpose,
        hold,
        actorId,
        `booking:${id}`,
        change.type,
        JSON.stringify(change),
        JSON.stringify({ bookingId: id }),
        hold ?? startsAt,
      ]);
      return row ?? null;
    } catch (error) {
      const code = sqlState(error);
      // Both mean that somebody else was first; nothing of this statement stands.
      if (code === '23P01' || code === '40P01') return null;
      if (code === '23503') throw new DomainError('member.unknown');
      throw error;
    }
  }

  private async taken(machine: BookableMachine, wanted: Interval, now: Date): Promise<DomainError> {
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
const placing = {
  name: 'place-booking',
  text: `
  WITH placed AS (
    INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state, purpose,
                          hold_until, created_by)
    VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7), $8, $9, $10, $11)
    ON CONFLICT DO NOTHING
    RETURNING id, created_at),
  remembered AS (
    INSERT INTO booking_history (booking_id, state, actor_kind, actor_id)
    SELECT id, $8, 'member', $11 FROM placed),
  owed AS (
    INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
    SELECT 'change', $12, $13, $14::jsonb, NULL, now() FROM placed
    UNION ALL
    SELECT 'queue', 'step:' || $12, '${bookingDue.name}', $15::jsonb, 'step:' || $12, $16::timestamptz FROM placed)
  SELECT placed.id, placed.created_at AS "createdAt", m.name AS "memberName"
    FROM placed JOIN members m ON m.id = $3`,
};

function wantedInterval(request: BookingRequest, now: Date): Interval {
  const startsAt = request.startsAt ?? now;
  const endsAt =
    request.endsAt ??
    (request.duration === null ? null : new Date(startsAt.getTime() + request.duration * 1_000));
  const length = endsAt ? endsAt.getTime() - startsAt.getTime() : NaN;
  if (!endsAt || !(length > 0 && length <= longestMs)) throw new DomainError('booking.interval');
  return { startsAt, endsAt };
}
