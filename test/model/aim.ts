import { slotsOf } from './line.js';
import { machineOf, machines } from './machines.js';
import type { Machine } from './machines.js';
import type { Move } from './moves.js';
import type { Request } from './request.js';
import { granuleOf } from './rules.js';
import { day, hour, minute } from './wall.js';
import { entriesOn, isDowntime } from './world.js';
import type { Entry, Who, Wish, World } from './world.js';

const chosen = <T>(from: readonly T[], number: number): T | undefined =>
  from[number % Math.max(1, from.length)];

/** Makes a loose move a request in this world; null where there is nothing to ask it of. */
export function aimed(world: World, move: Move): Request | null {
  switch (move.kind) {
    case 'wait':
      return null;
    case 'place':
      return placing(world, move);
    case 'maintenance':
    case 'outage':
      return takingOut(world, move, move.kind);
    case 'wish':
      return wishing(world, move);
    case 'take':
    case 'decline':
    case 'withdraw':
      return answering(world, move, move.kind);
    case 'change':
      return changing(world, move);
    default:
      return onBooking(world, move, move.kind);
  }
}

const sender = (move: Move, owner: Who | null): Who => {
  if (move.who === 'staff' || owner === null) return move.who === 'other' ? 'ben' : 'marc';
  if (move.who === 'owner') return owner;
  return owner === 'ana' ? 'ben' : 'ana';
};
// Members may not, which is seen soon enough.
const overriding = ({ override, who, how }: Move) => ({
  override: override !== 'no' && (who === 'staff' || how % 4 === 0),
  why: override === 'why',
});

function placing(world: World, move: Move): Request | null {
  const machine = machineOf(chosen(machines, move.pick)?.name ?? '');
  const member = chosen<Who>(['ana', 'ben'], move.size) ?? 'ana';
  const by = move.who === 'staff' ? 'marc' : member;
  const forWhom = move.who === 'owner' ? null : move.who === 'staff' ? member : 'marc';
  return {
    ask: 'place',
    by,
    forWhom: move.how % 5 === 0 ? by : forWhom,
    machine: machine.name,
    from: startFor(world, machine, move),
    length: lengthFor(machine, move),
    asLength: move.how % 2 === 0,
    purpose: move.how % 3 === 0 ? `purpose ${move.how}` : null,
    project: move.size % 4 === 0,
    ...overriding(move),
  };
}

/** Where a slot is free, beside what is there, now, off the grid, far away or past. */
function startFor(world: World, machine: Machine, { where, how, fitting }: Move): number | null {
  const { now } = world;
  const { granularity, minDuration } = machine.rules;
  const sort = fitting ? how % 8 : 8 + (how % 3);
  if (sort <= 4) {
    const soon = { from: now, to: now + 40 * hour };
    const slot = chosen(slotsOf(world, machine, soon, minDuration).slice(0, 60), where);
    if (slot) return slot.from;
  }
  if (sort === 5) {
    const beside = chosen(entriesOn(world, machine.name), where);
    const gap = chosen([0, 5, 10, 15, 60, -15, -60], how) ?? 0;
    if (beside) return beside.to + gap * minute;
  }
  if (sort === 6) return null;
  if (sort === 7) return granuleOf(now, granularity);
  if (sort === 8) return now + ((where % 200) - 20) * 17 * minute;
  if (sort === 9) return granuleOf(now, granularity) + (where % 120) * day;
  return granuleOf(now, granularity) + (where % 60) * granularity;
}

function lengthFor({ rules }: Machine, { size, fitting, how }: Move): number {
  const { granularity, minDuration, maxDuration } = rules;
  if (!fitting && how % 2 === 0) {
    return chosen([5 * minute, 50 * minute, maxDuration + granularity, 30 * hour, 0], size) ?? 0;
  }
  const least = Math.ceil(minDuration / granularity) * granularity;
  return least + (size % 5) * granularity;
}

const possible: Readonly<Record<string, (entry: Entry, world: World) => boolean>> = {
  cancel: ({ state }) => state === 'requested' || state === 'confirmed',
  undo: ({ deeds }, { now }) => {
    const last = deeds.at(-1);
    const kind = last?.state === 'cancelled' || last?.movedFrom !== undefined;
    return kind && now - last.at <= 20_000;
  },
  approve: ({ state, kind }) => state === 'requested' && kind === 'booking',
  reject: ({ state }) => state === 'requested',
  'check-in': ({ state, kind, from, to }, { now }) =>
    kind === 'booking' && state === 'confirmed' && now < to && from - now < hour,
  'check-out': ({ state }) => state === 'checked_in',
  end: (entry) => isDowntime(entry) && ['confirmed', 'checked_in'].includes(entry.state),
  change: ({ state, kind }) =>
    kind === 'booking' && ['requested', 'confirmed', 'checked_in'].includes(state),
};

function entryFor(world: World, { kind, fitting, pick }: Move): Entry | undefined {
  const may = possible[kind];
  const some = may ? world.entries.filter((entry) => may(entry, world)) : [];
  return fitting ? chosen(some, pick) : chosen(world.entries, pick);
}

/** Those that only staff may do are theirs, mostly. */
const ofStaff = ['approve', 'reject', 'end'];

function onBooking(
  world: World,
  move: Move,
  ask: 'cancel' | 'undo' | 'approve' | 'reject' | 'check-in' | 'check-out' | 'end',
): Request | null {
  const entry = entryFor(world, move);
  if (!entry) return null;
  const { key, owner } = entry;
  if (ask === 'cancel') return { ask, key, by: sender(move, owner), ...overriding(move) };
  const last = entry.deeds.at(-1)?.by;
  if (ask === 'undo' && last && last !== 'system' && move.fitting) return { ask, key, by: last };
  const by = ofStaff.includes(ask) && move.who !== 'other' ? 'marc' : sender(move, owner);
  return { ask, key, by };
}

function changing(world: World, move: Move): Request | null {
  const entry = entryFor(world, move);
  if (!entry) return null;
  const { how, size, where } = move;
  const machine = machineOf(entry.machine);
  const { granularity } = machine.rules;
  const by = sender(move, entry.owner);
  const match = chosen(['any', 'any', 'any', 'right', 'right', 'stale'] as const, where) ?? 'any';
  const as = { ask: 'change', key: entry.key, by, match, ...overriding(move) } as const;
  const purpose = how % 4 === 0 ? `purpose ${how}` : null;
  const nothing = { from: null, to: null, length: null };
  const steps = (size % 9) - 4;
  const length = entry.to - entry.from;
  switch (how % 7) {
    case 0:
      return { ...as, ...nothing, purpose: `purpose ${how}` };
    case 1:
      return { ...as, ...nothing, purpose, to: entry.to + steps * granularity };
    case 2:
      return { ...as, ...nothing, purpose, length: Math.max(0, length + steps * granularity) };
    case 3:
      return { ...as, ...nothing, purpose, from: entry.from + steps * granularity };
    case 4:
      return { ...as, ...nothing, purpose, from: entry.from + steps * granularity, to: entry.to };
    case 5: {
      const from = startFor(world, machine, move) ?? world.now;
      return { ...as, ...nothing, purpose, from, length: lengthFor(machine, move) };
    }
    default:
      return { ...as, ...nothing, purpose, from: startFor(world, machine, move) };
  }
}

function takingOut(world: World, move: Move, ask: 'maintenance' | 'outage'): Request {
  const { how, size, pick, where, who } = move;
  const machine = chosen(machines, pick)?.name ?? '';
  const beside = chosen(entriesOn(world, machine), where);
  const starts = [null, world.now, world.now + (where % 30) * hour, beside?.from, beside?.to];
  const from = chosen(starts, how) ?? null;
  const lasts = (chosen([1, 2, 3, 5, 20, 0], size) ?? 1) * hour;
  const by = who === 'other' ? 'ana' : 'marc';
  const to = (from ?? world.now) + lasts;
  return { ask, by, machine, from, to, displace: how % 3 !== 0 };
}

function wishing(world: World, move: Move): Request {
  const { how, size, pick, where } = move;
  const by = chosen<Who>(['ana', 'ben'], size) ?? 'ana';
  const machine = chosen(machines, pick);
  const busy = machine ? chosen(entriesOn(world, machine.name), where) : undefined;
  const around = busy && move.fitting ? busy.from : world.now + (where % 20) * hour;
  const from = Math.max(around - (how % 4) * hour, how % 5 === 0 ? 0 : world.now);
  const to = Math.max(busy?.to ?? 0, from) + (size % 5) * hour;
  const length = (chosen([15, 30, 45, 60, 120, 0], where) ?? 15) * minute;
  const ofType = machine?.type === 'fdm_printer' && how % 3 === 0;
  const which = ofType
    ? ({ machine: null, type: 'fdm_printer' } as const)
    : { machine: machine?.name ?? '', type: null };
  return { ask: 'wish', by, ...which, from, to, length };
}

function answering(world: World, move: Move, ask: 'take' | 'decline' | 'withdraw'): Request | null {
  const offered = (one: Wish) => one.state === 'offered' || ask === 'withdraw';
  const wishes = move.fitting ? world.wishes.filter(offered) : world.wishes;
  const one = chosen(wishes, move.pick);
  return one ? { ask, by: sender(move, one.owner), key: one.key } : null;
}
