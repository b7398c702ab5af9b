import type {
  AvailabilityDto,
  BookingDto,
  BookingPageDto,
} from '../../src/bookings/bookings.dto.js';
import type { WishPageDto } from '../../src/bookings/waiting-list/waiting-list.dto.js';
import { slotsOf } from './line.js';
import { machineOf } from './machines.js';
import type { Span } from './wall.js';
import type { Wire } from './wire.js';
import { found } from './wire.js';
import { freeSpans, isDowntime, occupying } from './world.js';
import type { Entry, Who, World } from './world.js';

/** What the application shows of bookings and wishes, to staff. */
export interface Seen {
  readonly bookings: readonly BookingDto[];
  readonly wishes: WishPageDto['items'];
}

// Bare instants: they are made readable only where something differs.
const at = (text: string) => Date.parse(text);
const spanText = ({ from, to }: Span) => `${from} to ${to}`;

export async function seen(wire: Wire, world: World): Promise<Seen> {
  const { items: bookings } = await wire.get<BookingPageDto>('marc', '/bookings?limit=200');
  const none = world.wishes.length === 0;
  const wishes = none ? [] : (await wire.get<WishPageDto>('marc', '/waiting-list?limit=200')).items;
  return { bookings, wishes };
}

/** How the world and what is seen differ; empty: not at all. */
export function differences(wire: Wire, world: World, { bookings, wishes }: Seen): string[] {
  const { ids } = wire.places;
  const keys = new Map([...ids].map(([key, id]) => [id, key]));
  const name = (id: string) => keys.get(id) ?? 'new';
  const known = (key: number) => (ids.has(key) ? key : 'new');
  const expected = [
    ...world.entries.map((entry) => `${known(entry.key)} ${entryText(entry)}`),
    ...world.wishes.map(({ key, state, to, offer }) => {
      const said = state === 'waiting' && to <= world.now ? 'over' : state;
      return `wish ${known(key)} ${said} ${offer === null ? '' : known(offer)}`;
    }),
  ];
  const actual = [
    ...bookings.map((one) => `${name(one.id)} ${rowText(wire, one)}`),
    ...wishes.map(
      ({ id, state, offer }) => `wish ${name(id)} ${state} ${offer ? name(offer.bookingId) : ''}`,
    ),
  ];
  return [
    ...missing(expected, actual).map((line) => `expected: ${line}`),
    ...missing(actual, expected).map((line) => `  is there: ${line}`),
  ];
}

function missing(from: readonly string[], there: readonly string[]): string[] {
  const left = [...there];
  return from.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function entryText(entry: Entry): string {
  const { machine, kind, owner, state, purpose, project } = entry;
  return `${kind} on ${machine} of ${owner} ${spanText(entry)} ${state} “${purpose}” ${project}`;
}

function rowText({ places }: Wire, row: BookingDto): string {
  const machine = [...places.machines].find(([, id]) => id === row.machineId)?.[0];
  const owner = (Object.keys(places.members) as Who[]).find(
    (who) => places.members[who] === row.memberId,
  );
  const times = `${at(row.startsAt)} to ${at(row.endsAt)}`;
  return `${row.kind} on ${machine} of ${owner ?? null} ${times} ${row.state} “${row.purpose}” ${row.projectId !== null}`;
}

/** What the application made by itself gets its key; what changed must have another version. */
export function learn(wire: Wire, world: World, { bookings }: Seen, texts: Map<number, string>) {
  const { ids, versions } = wire.places;
  const bound = new Set(ids.values());
  for (const entry of world.entries) {
    const text = entryText(entry);
    const row = bookings.find(({ id }) =>
      ids.has(entry.key) ? id === ids.get(entry.key) : !bound.has(id),
    );
    const fresh = ids.has(entry.key)
      ? row
      : bookings.find((one) => !bound.has(one.id) && rowText(wire, one) === text);
    const { id, version } = found(fresh, text);
    bound.add(id);
    ids.set(entry.key, id);
    const before = versions.get(entry.key) ?? 0;
    const changed = texts.get(entry.key) !== text;
    if (version < before || (changed && version <= before)) {
      throw new Error(`version ${before} became ${version}: ${text}`);
    }
    versions.set(entry.key, version);
    texts.set(entry.key, text);
  }
}

/** The free time of a machine, and the slots of that length in it. */
export async function freeDifferences(
  wire: Wire,
  world: World,
  asked: Span & { readonly machine: string; readonly length: number },
): Promise<string[]> {
  const machine = machineOf(asked.machine);
  const id = found(wire.places.machines.get(machine.name), machine.name);
  const instant = (time: number) => new Date(time).toISOString();
  const { open, slots } = await wire.get<AvailabilityDto>(
    'ben',
    `/machines/${id}/availability?from=${instant(asked.from)}&to=${instant(asked.to)}&duration=PT${asked.length / 1_000}S`,
  );
  const text = (one: { startsAt: string; endsAt: string }) =>
    `${at(one.startsAt)} to ${at(one.endsAt)}`;
  const expected = [
    ...freeSpans(world, machine, asked).map((span) => `free ${spanText(span)}`),
    ...slotsOf(world, machine, asked, asked.length).map((span) => `slot ${spanText(span)}`),
  ];
  const actual = [
    ...open.map((one) => `free ${text(one)}`),
    ...slots.map((one) => `slot ${text(one)}`),
  ];
  return [
    ...missing(expected, actual).map((line) => `expected on ${machine.name}: ${line}`),
    ...missing(actual, expected).map((line) => `  is there: ${line}`),
  ];
}

/** What a member sees: their own, and that others keep the machine busy. */
export async function maskedDifferences(wire: Wire, world: World, who: Who): Promise<string[]> {
  const { items } = await wire.get<BookingPageDto>(who, '/bookings?limit=200');
  const { ids, members } = wire.places;
  const expected = world.entries
    .filter((entry) => entry.owner === who || occupying.includes(entry.state))
    .map((entry) => {
      const mine = entry.owner === who;
      const to = mine ? entry.to : Math.min(entry.to, Math.floor(entry.held.to));
      const kind = mine || isDowntime(entry) ? entry.kind : 'booking';
      const purpose = mine || isDowntime(entry) ? entry.purpose : null;
      const times = `${entry.from} to ${to}`;
      return `${ids.get(entry.key)} ${kind} ${mine} ${times} ${mine ? entry.state : 'busy'} “${purpose}”`;
    });
  const actual = items.map((one) => {
    const mine = one.memberId === members[who];
    return `${one.id} ${one.kind} ${mine} ${at(one.startsAt)} to ${at(one.endsAt)} ${one.state} “${one.purpose}”`;
  });
  return [
    ...missing(expected, actual).map((line) => `${who} should see: ${line}`),
    ...missing(actual, expected).map((line) => `  sees: ${line}`),
  ];
}
