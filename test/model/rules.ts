import { machineOf, openSpans } from './machines.js';
import type { Machine } from './machines.js';
import { dateOf, day, minute, wall, weekOf } from './wall.js';
import type { Span } from './wall.js';
import { entriesOn } from './world.js';
import type { Entry, Who, World } from './world.js';

export interface Asked extends Span {
  readonly machine: string;
  readonly owner: Who;
  readonly project: boolean;
  /** The booking that changes is not counted, nor in its own way. */
  readonly except?: Entry;
}

/** The beginning of the granule in which that instant lies, counted from midnight on the wall. */
export function granuleOf(at: number, granularity: number): number {
  return at - (wall(at) % granularity);
}

export function nextOnGrid(at: number, granularity: number): number {
  const begun = granuleOf(at, granularity);
  return begun === at ? at : begun + granularity;
}

export const wholeMinute = (at: number) => Math.ceil(at / minute) * minute;

/** Everything that is wrong with it, but for the slot being taken. */
export function violations(world: World, asked: Asked): string[] {
  const { now } = world;
  const { from, to, except } = asked;
  const machine = machineOf(asked.machine);
  const { rules } = machine;
  const length = to - from;
  const stands = except?.from === from;
  const walkUp = granuleOf(from, rules.granularity) === granuleOf(now, rules.granularity);
  const broken: string[] = [];
  const say = (code: string, wrong: boolean) => void (wrong && broken.push(`booking.${code}`));

  say('in_past', stands ? to <= now : from < granuleOf(now, rules.granularity));
  say('too_short', length < rules.minDuration);
  say('too_long', length > rules.maxDuration);
  say(
    'not_aligned',
    !isAligned(asked, rules.granularity, stands || walkUp || comesFree(world, machine, asked)),
  );
  say('lead_time', !stands && !walkUp && from - now < rules.leadTime);
  say('beyond_horizon', from - now > rules.horizon);
  const open = openSpans(machine, world.closures, asked);
  say('closed', !open.some((span) => span.from === from && span.to === to));
  say('training_required', machine.needsTraining && !isTrained(world, asked));

  const mine = entriesOn(world, machine.name).filter(
    ({ key, owner }) => owner === asked.owner && key !== except?.key,
  );
  const active = mine.filter((entry) => entry.to > now && entry.state !== 'completed').length;
  say('too_many', rules.maxActivePerMember !== null && active >= rules.maxActivePerMember);
  say('weekly_quota', exceeds(rules.weeklyQuota, mine, asked));
  const ofProject = entriesOn(world, machine.name).filter(
    ({ key, project }) => project && key !== except?.key,
  );
  say('project_quota', asked.project && exceeds(rules.weeklyQuotaPerProject, ofProject, asked));
  return broken.sort();
}

function exceeds(quota: number | null, entries: readonly Entry[], asked: Span): boolean {
  const week = weekOf(asked.from);
  const had = entries
    .filter(({ from }) => weekOf(from) === week)
    .reduce((sum, { from, to }) => sum + to - from, 0);
  return quota !== null && had + asked.to - asked.from > quota;
}

// A start that is given by the moment needs no grid; then the end, or the length, keeps it.
function isAligned({ from, to }: Span, granularity: number, startIsGiven: boolean): boolean {
  const on = (at: number) => granuleOf(at, granularity) === at;
  if (startIsGiven) return on(to) || (to - from) % granularity === 0;
  return on(from) && on(to);
}

/** The machine opens at that very minute, or a neighbour's clean-up ends. */
function comesFree(world: World, machine: Machine, { from, to, except }: Asked): boolean {
  const open = openSpans(machine, world.closures, { from: from - minute, to });
  const left = entriesOn(world, machine.name).filter(
    ({ key, held }) => key !== except?.key && held.to > from - day / 2 && held.from < from,
  );
  return (
    open.some((span) => span.from === from) ||
    left.some(({ held }) => wholeMinute(held.to + machine.rules.setup) === from)
  );
}

function isTrained(world: World, { from, to, owner }: Asked): boolean {
  for (let at = from; ; at = Math.min(at + day / 2, to - 1)) {
    const date = dateOf(at);
    const held = world.trained[owner]?.some(([first, last]) => first <= date && date <= last);
    if (!held) return false;
    if (at >= to - 1) return true;
  }
}

export function needsManager(machine: Machine, { from, to }: Span): boolean {
  const { approval } = machine.rules;
  if (typeof approval === 'string') return approval === 'manager';
  return to - from >= approval.autoUnder;
}

/** An undecided request holds its slot until it would begin, two hours at least, never past its end. */
export function holdOf(world: World, { from, to }: Span): number {
  return Math.min(to, Math.max(from, world.now + 120 * minute));
}

/** Whether it is too late to give that slot up. */
export function isTooLate(world: World, { machine, from }: Entry): boolean {
  const { cancelBefore } = machineOf(machine).rules;
  return cancelBefore > 0 && from - world.now < cancelBefore;
}
