import type { Temporal } from 'temporal-polyfill';
import type { CalendarZone } from './calendar-zone.js';
import type { Length, Moment } from './calendar-values.js';
import type { ImportedEvent } from './imported-event.js';
import { ruleWalls } from './rule-walls.js';
import type { ImportedRule, WallRange, Work } from './rule-walls.js';

/** Half-open, in milliseconds since 1970 in UTC. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ImportedOccurrence extends Span {
  readonly event: ImportedEvent;
}

const dayMs = 86_400_000;
/** By which a wall time and UTC, or two zones, may differ at most. */
const zoneMs = 2 * dayMs;
/** Of finding the instant of a date that is named one by one, in the unit of `Work`. */
const momentCost = 5;

/**
 * The occurrences of an event that touch the window (RFC 5545, 3.8.5): its start, those by its
 * rules and its extra ones, less its exceptions and those that other events stand in for.
 * `standIns` are the events with its UID and a RECURRENCE-ID; they have occurrences of their own.
 *
 * A start that the clock skips is kept, later by the gap. RFC 5545 would have it ignored; but here
 * it closes a lab, and a closure too many is found out by asking, one too few by a locked door.
 *
 * Throws `calendar.too_large`.
 */
export function occurrencesOf(
  event: ImportedEvent,
  standIns: readonly ImportedEvent[],
  window: Span,
  work: Work,
): ImportedOccurrence[] {
  const { zone, wall } = event.start;
  const moments = event.except.length + event.extra.length + standIns.length;
  work.spend(moments * momentCost, event.line);
  const moved = standIns
    .filter(({ andFollowing }) => andFollowing)
    .map((like) => ({ like, from: instantOf(like.recurrenceId!) }))
    .sort((a, b) => a.from - b.from);
  // So far outside the window one may begin, by the rule, that lies in it.
  const reach = Math.max(reachOf(event), ...moved.map(({ like }) => reachOf(like)));
  const shift = Math.max(0, ...moved.map(({ like }) => shiftOf(like))) + zoneMs;
  const range: WallRange = [
    zone.wallAt(window.from - reach - shift),
    zone.wallAt(window.to + shift),
  ];
  const walls = (rule: ImportedRule) => ruleWalls(rule, wall, zone, range, work);
  const starts = new Map<number, { at: Moment; length: Length | null }>();
  const add = (at: Moment, length: Length | null = null) =>
    starts.set(at.zone.instantOf(at.wall), { at, length });

  add(event.start);
  for (const rule of event.rules) for (const at of walls(rule)) add({ ...event.start, wall: at });
  for (const { start, length } of event.extra) add(start, length);

  const isExcepted = exceptionsOf(
    [...event.except, ...standIns.flatMap(({ recurrenceId }) => recurrenceId ?? [])],
    event.exceptRules.flatMap(walls).map((at) => zone.instantOf(at)),
  );
  return [...starts]
    .filter(([instant, { at }]) => !isExcepted(instant, at))
    .flatMap(([instant, { at, length }]) => {
      const like = moved.findLast(({ from }) => from <= instant)?.like;
      if (!like) return spanOf(event, at, length ?? event.length);
      return like.counts === 'busy' ? spanOf(like, movedLike(like, at), like.length) : [];
    })
    .filter(({ from, to }) => from < window.to && to > window.from && from < to);
}

function spanOf(
  event: ImportedEvent,
  { wall, zone }: Moment,
  length: Length,
): ImportedOccurrence[] {
  return [{ event, from: zone.instantOf(wall), to: endOf(wall, zone, length) }];
}

function endOf(wall: Temporal.PlainDateTime, zone: CalendarZone, { days, ms }: Length): number {
  return zone.instantOf(days === 0 ? wall : wall.add({ days })) + ms;
}

/** What is excepted by an instant, or as a whole day where a date is named. */
function exceptionsOf(moments: readonly Moment[], instants: readonly number[]) {
  const excepted = new Set(instants);
  const days = new Set<string>();
  for (const moment of moments) {
    if (moment.isDate) days.add(moment.wall.toPlainDate().toString());
    else excepted.add(instantOf(moment));
  }
  return (instant: number, { wall }: Moment) =>
    excepted.has(instant) || (days.size > 0 && days.has(wall.toPlainDate().toString()));
}

/** An occurrence after a RANGE=THISANDFUTURE: earlier or later by as much, on the wall. */
function movedLike({ start, recurrenceId }: ImportedEvent, at: Moment): Moment {
  const original = start.zone.wallAt(instantOf(recurrenceId!));
  const wall = start.zone.wallAt(instantOf(at)).add(original.until(start.wall));
  return { wall, zone: start.zone, isDate: start.isDate };
}

function shiftOf({ start, recurrenceId }: ImportedEvent): number {
  return Math.abs(instantOf(start) - instantOf(recurrenceId!));
}

function reachOf({ length: { days, ms } }: ImportedEvent): number {
  return days * dayMs + ms;
}

function instantOf({ wall, zone }: Moment): number {
  return zone.instantOf(wall);
}
