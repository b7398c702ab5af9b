import { Injectable } from '@nestjs/common';
import { Catalogue } from '../../machines/catalogue.js';
import type { CatalogueMachine } from '../../machines/catalogue.js';
import { intersection } from '../../machines/opening-hours.rules.js';
import type { Interval } from '../../machines/opening-hours.rules.js';
import { Database } from '../../platform/database/database.js';
import { HandlesMessage } from '../../platform/queue/message-handlers.js';
import { Availability } from '../availability.js';
import { bookingFacts } from '../booking-facts.js';
import { judge } from '../judge-booking.js';
import { lockMachine } from '../lock-machine.js';
import { useUnderLock } from '../use-under-lock.js';
import { lineFor } from './line.js';
import type { InLine } from './line.js';
import { makeOffer } from './make-offer.js';
import { timeFreed } from './waiting-list.messages.js';

/** Slots that are tried for one wish: rules that refuse these mostly refuse the rest. */
const tried = 6;

/** Freed time goes to the first in line whom it fits, and what is left of it to the next. */
@Injectable()
export class OfferFreedTime {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly availability: Availability,
    private readonly database: Database,
  ) {}

  /** Safe to repeat: a wish that has an offer is not in line, and time that is held is not free. */
  @HandlesMessage(timeFreed)
  async onFreed({ freedId }: { freedId: string }): Promise<void> {
    const freed = await this.database.row<Interval & { machineId: string; isOver: boolean }>(
      `SELECT machine_id AS "machineId", from_at AS "startsAt", to_at AS "endsAt",
              to_at <= now() AS "isOver" FROM freed_times WHERE id = $1`,
      [freedId],
    );
    if (!freed) return;
    if (!freed.isOver) await this.askLine(freed.machineId, freed);
    await this.database.run('DELETE FROM freed_times WHERE id = $1', [freedId]);
  }

  /** Freed time whose message a lost queue swallowed; the worker asks for this now and then. */
  async recover(): Promise<void> {
    const late = await this.database.rows<{ id: string }>(
      `SELECT id FROM freed_times WHERE freed_at <= now() - interval '10 seconds' ORDER BY freed_at`,
    );
    for (const { id } of late) await this.onFreed({ freedId: id });
  }

  private async askLine(machineId: string, freed: Interval): Promise<void> {
    const line = await lineFor(this.database, machineId, freed);
    if (line.length === 0) return;
    const machine = await this.catalogue.machine(machineId);
    for (const wish of line) await this.offer(machine, wish, freed);
  }

  private async offer(machine: CatalogueMachine, wish: InLine, freed: Interval): Promise<void> {
    for (const slot of await this.fitting(machine, wish, freed)) {
      if (await this.offerSlot(machine, wish, slot)) return;
    }
  }

  /** Free slots within the wish: those that use most of the freed time first, then the soonest. */
  private async fitting(
    machine: CatalogueMachine,
    { from, to, seconds, now }: InLine,
    freed: Interval,
  ): Promise<Interval[]> {
    const reach = seconds * 1_000;
    const around = {
      startsAt: new Date(Math.max(now.getTime(), freed.startsAt.getTime() - reach)),
      endsAt: new Date(freed.endsAt.getTime() + reach),
    };
    const within = intersection(around, { startsAt: from, endsAt: to });
    if (!within) return [];
    const [found] = await this.availability.of([machine], within, seconds, now);
    return (found?.slots ?? [])
      .filter((slot) => shared(slot, freed) > 0)
      .sort((a, b) => shared(b, freed) - shared(a, freed))
      .slice(0, tried);
  }

  /** Judged as a booking of the member would be; the constraint decides. */
  private offerSlot(machine: CatalogueMachine, wish: InLine, slot: Interval): Promise<boolean> {
    const { memberId } = wish;
    return this.database.transaction(async (sql) => {
      await lockMachine(sql, machine.id);
      const { startsAt, endsAt } = slot;
      const facts = await bookingFacts(sql, machine.id, { memberId, startsAt, endsAt });
      const use = await useUnderLock(sql, machine, { memberId, projectId: null, startsAt }, null);
      if (judge(slot, facts, use).length > 0) return false;
      return (await makeOffer(sql, machine, wish, slot)) !== null;
    });
  }
}

function shared(slot: Interval, freed: Interval): number {
  const common = intersection(slot, freed);
  return common ? common.endsAt.getTime() - common.startsAt.getTime() : 0;
}
