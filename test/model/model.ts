import { checkIn, checkOut, decide, putBack, takeOut } from './life.js';
import { answerOffer, offerFreed, wish } from './line.js';
import { machineOf } from './machines.js';
import { cancel, change, place, undo } from './placing.js';
import type { Answer, Request } from './request.js';
import { copyOf, isDowntime, turn } from './world.js';
import type { Entry, World } from './world.js';

/** What is asked for happens in the world, and the answer is said. */
export function ask(world: World, request: Request): Answer {
  switch (request.ask) {
    case 'place':
      return place(world, request);
    case 'change':
      return change(world, request);
    case 'cancel':
      return cancel(world, request);
    case 'undo':
      return undo(world, request);
    case 'approve':
    case 'reject':
      return decide(world, request);
    case 'check-in':
      return checkIn(world, request);
    case 'check-out':
      return checkOut(world, request);
    case 'maintenance':
    case 'outage':
      return takeOut(world, request);
    case 'end':
      return putBack(world, request);
    case 'wish':
      return wish(world, request);
    case 'take':
    case 'decline':
    case 'withdraw':
      return answerOffer(world, request);
  }
}

/** When something of it happens by itself; null: never. */
function dueAt(entry: Entry): number | null {
  const { state, from, to } = entry;
  if (state === 'requested') return entry.hold;
  if (state === 'checked_in') return to;
  if (state !== 'confirmed') return null;
  if (isDowntime(entry)) return from;
  const { checkInGrace } = machineOf(entry.machine).rules;
  return checkInGrace === null ? to : Math.min(to, Math.max(from, entry.since) + checkInGrace);
}

/** The next instant at which something happens by itself, were nobody to ask for anything. */
export function nextDue(world: World): number | null {
  const due = world.entries.map(dueAt).filter((at) => at !== null);
  return due.length > 0 ? Math.min(...due) : null;
}

function happen(world: World, entry: Entry): void {
  if (entry.state === 'requested') turn(world, entry, 'expired', 'system');
  else if (entry.state === 'checked_in') turn(world, entry, 'completed', 'system');
  else if (isDowntime(entry)) turn(world, entry, 'checked_in', 'system');
  else turn(world, entry, 'missed', 'system');
}

const mostWorlds = 5_000;

/**
 * The worlds that may come of what is due now. Nearly always it is one; where several things are
 * due at one instant and somebody waits for the time they free, the order may matter, and the
 * workers keep none.
 */
export function settledWorlds(world: World): World[] {
  const settled = new Map<string, World>();
  const open = [world];
  const seen = new Set<string>();
  for (let one = open.pop(); one; one = open.pop()) {
    const due = one.entries.filter((entry) => (dueAt(entry) ?? Infinity) <= (one?.now ?? 0));
    const freed = one.freed.length;
    if (due.length + freed === 0) {
      settled.set(JSON.stringify(one), one);
      continue;
    }
    const ways = due.length + freed === 1 || nobodyWaits(one) ? 1 : due.length + freed;
    for (let way = 0; way < ways; way += 1) {
      const next = way === ways - 1 ? one : copyOf(one);
      const entry = next.entries.find(({ key }) => key === due[way]?.key);
      const [time] = entry ? [] : next.freed.splice(way - due.length, 1);
      if (entry) happen(next, entry);
      if (time) offerFreed(next, time);
      const name = ways > 1 ? JSON.stringify(next) : '';
      if (name === '' || !seen.has(name)) open.push(next);
      seen.add(name);
    }
    if (seen.size > mostWorlds) throw new Error('the model has too many worlds');
  }
  return [...settled.values()];
}

function nobodyWaits({ wishes }: World): boolean {
  return wishes.every(({ state }) => state !== 'waiting' && state !== 'offered');
}
