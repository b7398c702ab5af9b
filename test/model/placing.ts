import { machineOf } from './machines.js';
import { broken, forbidden, overlap, refused, unknown, wrongState } from './request.js';
import type { Answer, RequestOf } from './request.js';
import { holdOf, isTooLate, needsManager, violations } from './rules.js';
import { day } from './wall.js';
import type { Span } from './wall.js';
import { entryOf, free, heldBy, isDowntime, isStaff, isTaken, turn } from './world.js';
import type { Entry, State, World } from './world.js';

const notToBeOverridden = ['booking.in_past'];

function mayOverride({
  by,
  override,
  why,
}: RequestOf<'cancel'> | RequestOf<'place'> | RequestOf<'change'>): Answer | null {
  if (override && !isStaff(by)) return forbidden;
  return override && !why ? refused(400, 'request.malformed') : null;
}

const remaining = (codes: readonly string[], override: boolean) =>
  override ? codes.filter((code) => notToBeOverridden.includes(code)) : codes;

const isInterval = ({ from, to }: Span) => to > from && to - from <= 366 * day;

export function place(world: World, asked: RequestOf<'place'>): Answer {
  const { by, forWhom, project, override } = asked;
  if (forWhom !== null && forWhom !== by && !isStaff(by)) return forbidden;
  const mayNot = mayOverride(asked);
  if (mayNot) return mayNot;
  const owner = forWhom ?? by;
  const from = asked.from ?? world.now;
  const span = { from, to: from + asked.length };
  if (!isInterval(span)) return refused(400, 'booking.interval');
  // The project is Ana's; staff may count anybody's time on it.
  if (project && owner !== 'ana' && !isStaff(by)) return refused(404, 'project.unknown');
  const machine = machineOf(asked.machine);
  const wrong = violations(world, { ...span, machine: machine.name, owner, project });
  const stands = remaining(wrong, override);
  if (stands.length > 0) return broken(stands);
  const held = heldBy(machine, span);
  if (isTaken(world, machine.name, held)) return overlap;
  const confirmed = override || !needsManager(machine, span);
  const key = (world.keys += 1);
  const state = confirmed ? 'confirmed' : 'requested';
  world.entries.push({
    key,
    machine: machine.name,
    kind: 'booking',
    owner,
    ...span,
    held,
    state,
    purpose: asked.purpose,
    project,
    hold: confirmed ? null : holdOf(world, span),
    since: world.now,
    deeds: [{ state, by, at: world.now }],
  });
  return { status: 201, key };
}

export function change(world: World, asked: RequestOf<'change'>): Answer {
  const { by, override } = asked;
  const mayNot = mayOverride(asked);
  if (mayNot) return mayNot;
  const entry = entryOf(world, asked.key);
  if (!entry || !(isStaff(by) || entry.owner === by)) return unknown;
  if (asked.match === 'stale') return refused(412, 'booking.version');
  const from = asked.from ?? entry.from;
  const span = { from, to: asked.to ?? from + (asked.length ?? entry.to - entry.from) };
  if (!isInterval(span)) return refused(400, 'booking.interval');
  const purpose = asked.purpose ?? entry.purpose;
  if (span.from === entry.from && span.to === entry.to) {
    entry.purpose = purpose;
    return { status: 200 };
  }
  const { state, owner, machine: name, project } = entry;
  const movable = ['requested', 'confirmed', ...(from === entry.from ? ['checked_in'] : [])];
  if (entry.kind !== 'booking' || owner === null || !movable.includes(state)) return wrongState;
  const machine = machineOf(name);
  const wrong = violations(world, { ...span, machine: name, owner, project, except: entry });
  const keeps = span.from <= entry.from && span.to >= entry.to;
  const givesUp = state === 'confirmed' && !keeps && isTooLate(world, entry);
  const stands = remaining([...wrong, ...(givesUp ? ['booking.cancel_before'] : [])], override);
  if (stands.length > 0) return broken(stands);
  if (isTaken(world, name, heldBy(machine, span), entry.key)) return overlap;
  const shrinks = span.from >= entry.from && span.to <= entry.to;
  const asks = !override && needsManager(machine, span);
  const stays = state === 'checked_in' || (asks && (isStaff(by) || shrinks));
  move(world, entry, span, stays ? state : asks ? 'requested' : 'confirmed', by);
  entry.purpose = purpose;
  return { status: 200 };
}

function move(
  world: World,
  entry: Entry,
  span: Span,
  state: State,
  by: Entry['deeds'][number]['by'],
  undo?: true,
): void {
  const movedFrom = { from: entry.from, to: entry.to };
  // Its member could come since it was confirmed, or since it begins at another time.
  const anew = entry.state !== 'confirmed' || span.from !== entry.from;
  if (!undo && state === 'confirmed' && anew) entry.since = world.now;
  Object.assign(entry, span, { state, held: heldBy(machineOf(entry.machine), span) });
  entry.hold = state === 'requested' ? holdOf(world, span) : null;
  entry.deeds.push({ state, by, at: world.now, movedFrom, ...(undo ? { undo } : {}) });
  free(world, entry.machine, movedFrom);
}

export function cancel(world: World, asked: RequestOf<'cancel'>): Answer {
  const { by, override } = asked;
  const mayNot = mayOverride(asked);
  if (mayNot) return mayNot;
  const entry = entryOf(world, asked.key);
  if (!entry || !(isStaff(by) || entry.owner === by)) return unknown;
  const late = entry.state === 'confirmed' && !isDowntime(entry) && isTooLate(world, entry);
  if (late && !override) return broken(['booking.cancel_before']);
  if (!['requested', 'confirmed'].includes(entry.state)) return wrongState;
  turn(world, entry, 'cancelled', by);
  return { status: 200 };
}

/** Within ten seconds, by whoever did it, as though it had not been. */
export function undo(world: World, { by, key }: RequestOf<'undo'>): Answer {
  const over = refused(409, 'booking.undo_over');
  const entry = entryOf(world, key);
  if (!entry || !(isStaff(by) || entry.owner === by)) return unknown;
  const last = entry.deeds.at(-1);
  const before = entry.deeds.at(-2)?.state;
  if (!last || last.undo || !before || entry.kind !== 'booking') return over;
  if (last.state !== 'cancelled' && !last.movedFrom) return over;
  if (last.by !== by) return forbidden;
  if (world.now - last.at > 10_000) return over;
  const span = last.movedFrom ?? entry;
  const held = last.movedFrom ? heldBy(machineOf(entry.machine), span) : entry.held;
  if (isTaken(world, entry.machine, held, key)) return overlap;
  if (last.movedFrom) {
    move(world, entry, last.movedFrom, before, by, true);
  } else {
    entry.state = before;
    entry.deeds.push({ state: before, by, at: world.now, undo: true });
  }
  return { status: 200 };
}
