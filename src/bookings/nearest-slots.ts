import { Injectable } from '@nestjs/common';
import { Catalogue } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { Database } from '../platform/database/database.js';
import { Availability } from './availability.js';
import type { Slot } from './availability.js';
import type { PlacingFacts } from './booking-facts.js';
import { assessBooking, slotsIn } from './booking.rules.js';
import { nextMinute } from './grid.rules.js';
import { heldTrainings } from './held-training.js';
import type { HeldTraining } from './held-training.js';
import { MemberUses, counts, noUse } from './member-use.js';
import type { MemberUse } from './member-use.js';
import { ProjectUses } from './project-use.js';

export interface Alternative {
  readonly machineId: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

const dayMs = 86_400_000;
const searched = { daysBefore: 3, daysAfter: 14, most: 3 };

/** What to offer instead of a slot that cannot be had. */
@Injectable()
export class NearestSlots {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly availability: Availability,
    private readonly database: Database,
  ) {}

  /**
   * The nearest slots that would be accepted, as long as the asked one where the rules allow:
   * this machine's first, then its equals'.
   */
  async to(
    wanted: Interval,
    facts: PlacingFacts,
    memberId: string,
    except: string | null = null,
    projectId: string | null = null,
  ): Promise<Alternative[]> {
    const { machine, now } = facts;
    const alike = (await this.catalogue.machines({ machineType: machine.machineType })).filter(
      ({ lab }) => lab === machine.lab,
    );
    const within = windowAround(wanted, machine.rules, now);
    const free = await this.availability.of(alike, within, null, now, except);
    const ids = alike.map(({ id }) => id);
    const uses = alike.some(({ rules }) => counts(rules))
      ? await MemberUses.read(this.database, ids, memberId, except)
      : null;
    const ofProject =
      projectId !== null && alike.some(({ rules }) => rules.weeklyQuotaPerProject !== null)
        ? await ProjectUses.read(this.database, ids, projectId, except)
        : null;
    const trainings = await heldTrainings(this.database, alike, memberId);
    const found = free.map(({ machineId, open }) => {
      const one = alike.find(({ id }) => id === machineId);
      if (!one) return [];
      const use = (at: Date) => ({
        ...(uses?.at(one.id, one.timeZone, at) ?? noUse),
        ...(ofProject ? { projectThisWeek: ofProject.at(one.id, one.timeZone, at) } : {}),
      });
      const training = trainings.get(machineId) ?? null;
      return accepted(one, open, wanted, { within, now, use, training });
    });
    return chosen(found.flat(), machine.id, wanted).map(({ machineId, startsAt, endsAt }) => ({
      machineId,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    }));
  }
}

/** Around the asked start, or around what of the future may be booked at all. */
function windowAround(
  wanted: Interval,
  { leadTime, horizon }: CatalogueMachine['rules'],
  now: Date,
): Interval {
  const first = now.getTime() + leadTime * 1_000;
  const last = now.getTime() + horizon * 1_000;
  const middle = Math.max(first, Math.min(wanted.startsAt.getTime(), last));
  return {
    startsAt: new Date(Math.max(first, middle - searched.daysBefore * dayMs)),
    endsAt: new Date(middle + searched.daysAfter * dayMs),
  };
}

interface Search {
  readonly within: Interval;
  readonly now: Date;
  readonly use: (at: Date) => MemberUse;
  readonly training: HeldTraining | null;
}

/** The slots of that machine nearest to the asked one that break no rule, nearest first. */
function accepted(
  { id, rules, timeZone }: CatalogueMachine,
  free: readonly Interval[],
  wanted: Interval,
  { within, now, use, training }: Search,
): Slot[] {
  const asked = (wanted.endsAt.getTime() - wanted.startsAt.getTime()) / 1_000;
  const seconds = Math.min(Math.max(asked, rules.minDuration), rules.maxDuration);
  const options = { seconds, grid: { granularity: rules.granularity, timeZone }, now, limit: 12 };
  const days = anchors(wanted, within, rules.granularity);
  const candidates = free.flatMap((interval) => {
    const inside = days.filter((day) => interval.startsAt < day && day < interval.endsAt);
    return [interval.startsAt, ...inside].flatMap((startsAt) => {
      const from = startsAt === interval.startsAt ? within.startsAt : startsAt;
      return slotsIn([{ ...interval, startsAt }], { ...options, from });
    });
  });
  const slots: Slot[] = [];
  for (const slot of candidates.sort((a, b) => distance(a, wanted) - distance(b, wanted))) {
    if (slots.length >= searched.most) break;
    if (slots.some(({ startsAt }) => startsAt.getTime() === slot.startsAt.getTime())) continue;
    const startsFree = becomesFree(free, slot, within);
    const known = { now, rules, timeZone, open: free, startsFree, training };
    const facts = { ...use(slot.startsAt), ...known };
    if (assessBooking(slot, facts).length === 0) slots.push({ machineId: id, ...slot });
  }
  return slots;
}

/** Free time begins there, and not only where the search does. */
function becomesFree(free: readonly Interval[], slot: Interval, within: Interval): boolean {
  return free.some(
    ({ startsAt }) =>
      startsAt > within.startsAt && nextMinute(startsAt).getTime() === slot.startsAt.getTime(),
  );
}

/** A little before the asked start, and the same time of the days around: another week, perhaps. */
function anchors(wanted: Interval, within: Interval, granularity: number): Date[] {
  const near = wanted.startsAt.getTime() - 6 * granularity * 1_000;
  const first = near + Math.ceil((within.startsAt.getTime() - near) / dayMs) * dayMs;
  const days = Math.max(0, Math.ceil((within.endsAt.getTime() - first) / dayMs));
  return Array.from({ length: days }, (_, day) => new Date(first + day * dayMs));
}

/** This machine's first; the last place is another's, where another has one. */
function chosen(slots: readonly Slot[], machineId: string, wanted: Interval): Slot[] {
  const own = slots.filter((slot) => slot.machineId === machineId);
  const others = slots
    .filter((slot) => slot.machineId !== machineId)
    .sort((a, b) => distance(a, wanted) - distance(b, wanted));
  const kept = own.slice(0, others.length > 0 ? searched.most - 1 : searched.most);
  return [...kept, ...others].slice(0, searched.most);
}

function distance(slot: Interval, wanted: Interval): number {
  return Math.abs(slot.startsAt.getTime() - wanted.startsAt.getTime());
}
