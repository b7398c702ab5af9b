import { machineOf, machines, openSpans } from './machines.js';
import type { Closure, Machine } from './machines.js';
import { joined, meet, without } from './wall.js';
import type { Span } from './wall.js';

/** Two members and one of the staff. */
export type Who = 'ana' | 'ben' | 'marc';
export const isStaff = (who: Who) => who === 'marc';

export type State =
  | 'requested'
  | 'confirmed'
  | 'checked_in'
  | 'completed'
  | 'rejected'
  | 'cancelled'
  | 'expired'
  | 'missed';

export interface Deed {
  readonly state: State;
  readonly by: Who | 'system';
  readonly at: number;
  /** Where it was before it was moved. */
  readonly movedFrom?: Span;
  readonly undo?: true;
}

/** What stands in the calendar, or stood there. */
export interface Entry {
  readonly key: number;
  readonly machine: string;
  kind: 'booking' | 'offer' | 'maintenance' | 'outage';
  /** Nobody's is the machine's own downtime. */
  readonly owner: Who | null;
  from: number;
  to: number;
  /** With setup and clean-up: what nobody else may have. */
  held: Span;
  state: State;
  purpose: string | null;
  readonly project: boolean;
  /** When an undecided one gives its slot back. */
  hold: number | null;
  /** Since when its member could come. */
  since: number;
  readonly deeds: Deed[];
}

export interface Wish extends Span {
  readonly key: number;
  readonly owner: Who;
  /** That one, or any of its type. */
  readonly machine: string | null;
  readonly type: Machine['type'] | null;
  readonly length: number;
  state: 'waiting' | 'offered' | 'taken' | 'withdrawn';
  /** The entry that is offered, or that it became. */
  offer: number | null;
  /** Entries that were offered and let pass, or taken. */
  readonly offers: number[];
}

export interface Freed extends Span {
  readonly machine: string;
}

/** All that the model knows; plain data, so that it can be copied. */
export interface World {
  now: number;
  readonly closures: readonly Closure[];
  /** The days for which a member holds the training. */
  readonly trained: Readonly<Partial<Record<Who, readonly (readonly [string, string])[]>>>;
  readonly entries: Entry[];
  readonly wishes: Wish[];
  /** Freed time of which the waiting list has not heard yet. */
  readonly freed: Freed[];
  keys: number;
}

export const occupying: readonly State[] = ['requested', 'confirmed', 'checked_in', 'completed'];

export const isDowntime = ({ kind }: Entry) => kind === 'maintenance' || kind === 'outage';

export function entryOf(world: World, key: number): Entry | undefined {
  return world.entries.find((entry) => entry.key === key);
}

export function entriesOn(world: World, machine: string): Entry[] {
  return world.entries.filter(
    (entry) => entry.machine === machine && occupying.includes(entry.state),
  );
}

/** With the machine's setup before and its clean-up after. */
export function heldBy({ rules }: Machine, { from, to }: Span): Span {
  return { from: from - rules.setup, to: to + rules.cleanup };
}

export function isTaken(world: World, machine: string, held: Span, except?: number): boolean {
  return entriesOn(world, machine).some((entry) => entry.key !== except && meet(entry.held, held));
}

/** Where a booking would fit with its own setup and clean-up. */
export function freeSpans(world: World, machine: Machine, within: Span): Span[] {
  const { setup, cleanup } = machine.rules;
  const taken = entriesOn(world, machine.name).map(({ held }) => ({
    from: held.from - cleanup,
    to: held.to + setup,
  }));
  return without(joined(openSpans(machine, world.closures, within)), joined(taken));
}

/** Tells the waiting list, where somebody waits for that time. */
export function free(world: World, machine: string, { from, to }: Span): void {
  const waited = world.wishes.some(
    (wish) => wish.state === 'waiting' && meet(wish, { from, to }) && wants(wish, machine),
  );
  if (to > world.now && waited) world.freed.push({ machine, from, to });
}

export function wants({ machine, type }: Wish, name: string): boolean {
  return machine === name || (type !== null && machineOf(name).type === type);
}

/** Into a state, with its deed. What leaves the calendar gives its time back. */
export function turn(world: World, entry: Entry, state: State, by: Deed['by']): void {
  entry.state = state;
  entry.deeds.push({ state, by, at: world.now });
  if (state === 'confirmed') {
    entry.hold = null;
    entry.since = world.now;
  }
  if (state === 'completed') {
    const { held, to } = entry;
    const end = Math.min(held.to, world.now + (held.to - to));
    entry.held = { from: held.from, to: Math.max(held.from + 1, end) };
  }
  if (state === 'confirmed' || state === 'checked_in' || state === 'requested') return;
  if (entry.kind === 'offer') {
    for (const wish of world.wishes) {
      if (wish.offer !== entry.key || wish.state !== 'offered') continue;
      wish.state = 'waiting';
      wish.offer = null;
    }
  }
  free(world, entry.machine, entry);
}

export function newWorld(about: Pick<World, 'now' | 'closures' | 'trained'>): World {
  return { ...about, entries: [], wishes: [], freed: [], keys: 0 };
}

export function copyOf(world: World): World {
  return structuredClone(world);
}

export const machineNames = machines.map(({ name }) => name);
