import { machineOf } from './machines.js';
import type { Machine } from './machines.js';
import { refused } from './request.js';
import type { Answer, RequestOf } from './request.js';
import { holdOf, needsManager, nextOnGrid, violations, wholeMinute } from './rules.js';
import { common, day, meet } from './wall.js';
import type { Span } from './wall.js';
import { entryOf, freeSpans, heldBy, isStaff, isTaken, turn, wants } from './world.js';
import type { Freed, Wish, World } from './world.js';

const noOffer = refused(409, 'wish.state');
/** Slots that are looked at for one wish. */
const looks = 6;
const mostSlots = 200;

export function wish(world: World, asked: RequestOf<'wish'>): Answer {
  const { from, to, length } = asked;
  const fits = length > 0 && length <= to - from && to - from <= 366 * day && to > world.now;
  if (!fits) return refused(400, 'wish.room');
  const { by: owner, machine, type } = asked;
  const key = (world.keys += 1);
  const state = 'waiting';
  world.wishes.push({
    key,
    owner,
    machine,
    type,
    from,
    to,
    length,
    state,
    offer: null,
    offers: [],
  });
  return { status: 201, key };
}

export function answerOffer(
  world: World,
  { by, key, ask }: RequestOf<'take' | 'decline' | 'withdraw'>,
): Answer {
  const found = world.wishes.find((one) => one.key === key);
  if (!found || !(isStaff(by) || found.owner === by)) return refused(404, 'wish.unknown');
  const offer =
    found.state === 'offered' && found.offer !== null ? entryOf(world, found.offer) : undefined;
  if (ask === 'withdraw') {
    if (offer) turn(world, offer, 'cancelled', by);
    if (found.state !== 'waiting') return noOffer;
    found.state = 'withdrawn';
    return { status: 204 };
  }
  if (!offer) return noOffer;
  if (ask === 'decline') {
    turn(world, offer, 'cancelled', by);
    return { status: 200 };
  }
  if (offer.hold === null || offer.hold <= world.now) return noOffer;
  found.state = 'taken';
  offer.kind = 'booking';
  const asks = needsManager(machineOf(offer.machine), offer);
  turn(world, offer, asks ? 'requested' : 'confirmed', by);
  offer.hold = asks ? holdOf(world, offer) : null;
  return { status: 200 };
}

/** The starts of free time: where it begins, then every point of the grid. */
export function slotsOf(world: World, machine: Machine, within: Span, length: number): Span[] {
  const { granularity, minDuration } = machine.rules;
  const least = Math.max(length, minDuration);
  const long = Math.ceil(least / granularity) * granularity;
  const slots: Span[] = [];
  for (const { from, to } of freeSpans(world, machine, within)) {
    let start = wholeMinute(from);
    if (from <= world.now) start = world.now < to ? world.now : nextOnGrid(world.now, granularity);
    else if (from === within.from) start = nextOnGrid(from, granularity);
    for (; start + long <= to; start = nextOnGrid(start + 1, granularity)) {
      if (slots.length === mostSlots) return slots;
      slots.push({ from: start, to: start + long });
    }
  }
  return slots;
}

/** First come, first served; what is left goes on to the next. */
export function offerFreed(world: World, freed: Freed): void {
  const machine = machineOf(freed.machine);
  const letPass = ({ offers }: Wish) =>
    offers.some((key) => {
      const entry = entryOf(world, key);
      return entry?.kind === 'offer' && entry.machine === freed.machine && meet(entry, freed);
    });
  const line = world.wishes.filter(
    (one) =>
      one.state === 'waiting' &&
      wants(one, freed.machine) &&
      meet(one, freed) &&
      one.to > world.now &&
      !letPass(one),
  );
  for (const one of line) {
    const slot = fitting(world, machine, one, freed);
    if (slot) offer(world, machine, one, slot);
  }
}

/** Of the slots that use most of the freed time, and come soonest, the first that keeps the rules. */
function fitting(world: World, machine: Machine, one: Wish, freed: Span): Span | undefined {
  const within = {
    from: Math.max(world.now, freed.from - one.length, one.from),
    to: Math.min(freed.to + one.length, one.to),
  };
  if (within.from >= within.to) return undefined;
  return slotsOf(world, machine, within, one.length)
    .filter((slot) => common(slot, freed) > 0)
    .sort((a, b) => common(b, freed) - common(a, freed))
    .slice(0, looks)
    .filter((slot) => !isTaken(world, machine.name, heldBy(machine, slot)))
    .find((slot) => {
      const asked = { ...slot, machine: machine.name, owner: one.owner, project: false };
      return violations(world, asked).length === 0;
    });
}

function offer(world: World, machine: Machine, one: Wish, slot: Span): void {
  const key = (world.keys += 1);
  const { now } = world;
  world.entries.push({
    key,
    machine: machine.name,
    kind: 'offer',
    owner: one.owner,
    ...slot,
    held: heldBy(machine, slot),
    state: 'requested',
    purpose: null,
    project: false,
    hold: Math.min(slot.to, now + machine.rules.offerHold),
    since: now,
    deeds: [{ state: 'requested', by: 'system', at: now }],
  });
  one.state = 'offered';
  one.offer = key;
  one.offers.push(key);
}
