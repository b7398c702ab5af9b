import { Injectable } from '@nestjs/common';
import { Availability } from '../bookings/availability.js';
import type { Slot } from '../bookings/availability.js';
import { Catalogue } from '../machines/catalogue.js';
import { Clock } from '../platform/clock/clock.js';
import { parsedInstant } from '../platform/problems/fields.js';
import type { NotificationRow } from './notifications.js';

const offered = { days: 14, limit: 3 };
/** The kinds that take a slot away or make it doubtful. */
const kinds = ['booking.displaced', 'booking.overrun_next'];

/**
 * Slots to take instead of one that is lost: of the same length, soonest first, on machines of
 * the same type. Looked for when they are read, so that what is shown is free, and forty people
 * who lost a slot at once are not all sent to the same one.
 */
@Injectable()
export class ReadyAlternatives {
  constructor(
    private readonly availability: Availability,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  async of({ kind, facts, readAt }: NotificationRow): Promise<Slot[]> {
    const startsAt = instantOf(facts['startsAt']);
    const endsAt = instantOf(facts['endsAt']);
    const now = this.clock.now();
    if (!kinds.includes(kind) || readAt || !startsAt || !endsAt || endsAt <= now) return [];
    const machines = await this.catalogue.machines();
    const lost = machines.find(({ id }) => id === facts['machineId']);
    if (!lost) return [];
    const equals = machines.filter(
      ({ machineType, labId }) => machineType === lost.machineType && labId === lost.labId,
    );
    return this.availability.firstSlots(equals, startsAt > now ? startsAt : now, {
      ...offered,
      seconds: (endsAt.getTime() - startsAt.getTime()) / 1_000,
      now,
    });
  }
}

function instantOf(fact: unknown): Date | null {
  return typeof fact === 'string' ? parsedInstant(fact) : null;
}
