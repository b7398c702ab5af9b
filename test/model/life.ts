import { machineOf } from './machines.js';
import { forbidden, refused, unknown, wrongState } from './request.js';
import type { Answer, RequestOf } from './request.js';
import { day, minute } from './wall.js';
import { entriesOn, entryOf, isDowntime, isStaff, isTaken, turn } from './world.js';
import { meet } from './wall.js';
import type { Entry, World } from './world.js';

const machineTaken = refused(409, 'booking.machine_taken');

export function decide(world: World, { by, key, ask }: RequestOf<'approve' | 'reject'>): Answer {
  if (!isStaff(by)) return forbidden;
  const entry = entryOf(world, key);
  if (!entry) return unknown;
  // An offer is nobody's request.
  const may = entry.state === 'requested' && !(ask === 'approve' && entry.kind === 'offer');
  if (!may) return wrongState;
  turn(world, entry, ask === 'approve' ? 'confirmed' : 'rejected', by);
  return { status: 200 };
}

/** In the slot, or ten minutes before it where nobody is at the machine: then it begins at once. */
export function checkIn(world: World, { by, key }: RequestOf<'check-in'>): Answer {
  const entry = entryOf(world, key);
  if (!entry || !(isStaff(by) || entry.owner === by)) return unknown;
  const { now } = world;
  const inTime = entry.from - 10 * minute <= now && now < entry.to;
  if (entry.kind !== 'booking' || entry.state !== 'confirmed' || !inTime) return wrongState;
  if (now < entry.from) {
    const others = entriesOn(world, entry.machine).filter((other) => other !== entry);
    if (others.some(({ state }) => state === 'checked_in')) return machineTaken;
    const held = { from: Math.min(entry.held.from, now), to: entry.held.to };
    if (isTaken(world, entry.machine, held, key)) return machineTaken;
    Object.assign(entry, { from: now, held });
  }
  turn(world, entry, 'checked_in', by);
  return { status: 200 };
}

export function checkOut(world: World, { by, key }: RequestOf<'check-out'>): Answer {
  const entry = entryOf(world, key);
  if (!entry || !(isStaff(by) || entry.owner === by)) return unknown;
  if (entry.state !== 'checked_in') return wrongState;
  turn(world, entry, 'completed', by);
  return { status: 200 };
}

/** Out of use from then on; what is in the way goes with it, or all of it stays. */
export function takeOut(world: World, asked: RequestOf<'maintenance' | 'outage'>): Answer {
  const { by, ask, displace } = asked;
  if (!isStaff(by)) return forbidden;
  const machine = machineOf(asked.machine);
  const span = { from: Math.max(world.now, asked.from ?? world.now), to: asked.to };
  if (span.to <= span.from || span.to - span.from > 366 * day) {
    return refused(400, 'maintenance.interval');
  }
  const conflict = refused(409, 'maintenance.conflict');
  const inTheWay = entriesOn(world, machine.name).filter(({ held }) => meet(held, span));
  const standing = inTheWay.filter(({ state }) => state !== 'completed');
  const goes = (entry: Entry) =>
    !isDowntime(entry) && (entry.state !== 'checked_in' || ask === 'outage');
  if (standing.some((entry) => !displace || !goes(entry))) return conflict;
  for (const entry of standing) {
    if (entry.state === 'checked_in') cutShort(entry, span.from, world, by);
    else turn(world, entry, 'cancelled', by);
  }
  for (const { state, held } of inTheWay)
    if (state === 'completed') held.to = Math.min(held.to, span.from);
  const key = (world.keys += 1);
  world.entries.push({
    key,
    machine: machine.name,
    kind: ask,
    owner: null,
    ...span,
    held: { ...span },
    state: 'confirmed',
    purpose: 'out of use',
    project: false,
    hold: null,
    since: world.now,
    deeds: [{ state: 'confirmed', by, at: world.now }],
  });
  return { status: 201, key };
}

/** Whoever is at the machine has it until the outage begins, and no clean-up after. */
function cutShort(entry: Entry, at: number, world: World, by: Entry['deeds'][number]['by']): void {
  entry.to = Math.min(entry.to, at);
  entry.held = { from: entry.held.from, to: at };
  entry.deeds.push({ state: 'checked_in', by, at: world.now });
}

export function putBack(world: World, { by, key }: RequestOf<'end'>): Answer {
  if (!isStaff(by)) return forbidden;
  const entry = entryOf(world, key);
  if (!entry || !isDowntime(entry)) return unknown;
  if (!['confirmed', 'checked_in'].includes(entry.state)) return wrongState;
  turn(world, entry, entry.from > world.now ? 'cancelled' : 'completed', by);
  return { status: 200 };
}
