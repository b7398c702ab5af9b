import { Injectable } from '@nestjs/common';
import { Catalogue } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import { intersection, merged, subtract } from '../machines/opening-hours.rules.js';
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
    const given = except === null ? [] : [except];
    return (await this.toEach([wanted], facts, memberId, { except: given, projectId }))[0] ?? [];
  }

  /** The same for each of several, in about as many questions as for one. */
  async toEach(
    wanted: readonly Interval[],
    facts: PlacingFacts,
    memberId: string,
    { except = [], kept = [], projectId = null }: Beside = {},
  ): Promise<Alternative[][]> {
    if (wanted.length === 0) return [];
    const { machine, now } = facts;
    const alike = (await this.catalogue.machines({ machineType: machine.machineType })).filter(
      ({ lab }) => lab === machine.lab,
    );
    const windows = wanted.map((one) => windowAround(one, machine.rules, now));
    // One that moves alone leaves its place; of several, each keeps its own until all can move.
    const leaves = except.length === 1 ? (except[0] ?? null) : null;
    const free = await this.freeWithin(alike, windows, now, leaves);
    const ids = alike.map(({ id }) => id);
    const uses = alike.some(({ rules }) => counts(rules))
      ? await MemberUses.read(this.database, ids, memberId, except)
      : null;
    const ofProject =
      projectId !== null && alike.some(({ rules }) => rules.weeklyQuotaPerProject !== null)
        ? await ProjectUses.read(this.database, ids, projectId, except)
        : null;
    const trainings = await heldTrainings(this.database, alike, memberId);
    const taken = merged(kept.map((one) => outOfReach(one, machine.rules)));
    return wanted.map((one, index) => {
      const within = windows[index] ?? one;
      const found = alike.flatMap((other) => {
        const known = free.get(other.id) ?? [];
        const open = other.id === machine.id ? subtract(known, taken) : known;
        const use = (at: Date) => ({
          ...(uses?.at(other.id, other.timeZone, at) ?? noUse),
          ...(ofProject ? { projectThisWeek: ofProject.at(other.id, other.timeZone, at) } : {}),
        });
        const training = trainings.get(other.id) ?? null;
        return accepted(other, cut(open, within), one, { within, now, use, training });
      });
      return chosen(found, machine.id, one).map(({ machineId, startsAt, endsAt }) => ({
        machineId,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      }));
    });
  }

  /** Free time of each machine in all the windows: one question where they meet. */
  private async freeWithin(
    machines: readonly CatalogueMachine[],
    windows: readonly Interval[],
    now: Date,
    leaves: string | null,
  ): Promise<Map<string, Interval[]>> {
    const free = new Map<string, Interval[]>();
    for (const within of merged(windows)) {
      const found = await this.availability.of(machines, within, null, now, leaves);
      for (const { machineId, open } of found) {
        free.set(machineId, [...(free.get(machineId) ?? []), ...open]);
      }
    }
    return free;
  }
}

/** What the asker has besides: bookings that move, and slots on the machine not yet placed. */
export interface Beside {
  readonly except?: readonly string[];
  readonly kept?: readonly Interval[];
  /** Whose weekly hours count as well. */
  readonly projectId?: string | null;
}

/** What a new booking must keep clear of, so that setup and clean-up of both fit between them. */
function outOfReach({ startsAt, endsAt }: Interval, rules: CatalogueMachine['rules']): Interval {
  const between = (rules.setup + rules.cleanup) * 1_000;
  return {
    startsAt: new Date(startsAt.getTime() - between),
    endsAt: new Date(endsAt.getTime() + between),
  };
}

function cut(open: readonly Interval[], within: Interval): Interval[] {
  return open.flatMap((interval) => intersection(interval, within) ?? []);
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
