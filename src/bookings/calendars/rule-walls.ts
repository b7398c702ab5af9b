import { Temporal } from 'temporal-polyfill';
import type { Frequency, NumberPart, RecurrenceRule } from '../series/recurrence-rule.rules.js';
import { parseRule } from '../series/recurrence-rule.rules.js';
import {
  CostlyRule,
  unprovenPart,
  visitWallStarts,
  wallStartsBetween,
} from '../series/wall-starts.rules.js';
import type { Property } from './calendar-lines.js';
import { importLimits, malformed, tooLarge } from './calendar-refusal.js';
import { utcOf } from './calendar-zone.js';
import type { CalendarZone } from './calendar-zone.js';

/** What the rules of one file have cost so far; the unit is a day looked at. */
export class Work {
  private spent = 0;

  /** Throws `calendar.too_large` when it is more than one file may cost. */
  spend(amount: number, line: number): void {
    this.spent += amount;
    if (this.spent > importLimits.work) throw tooLarge('work', line);
  }
}

export type WallRange = readonly [from: Temporal.PlainDateTime, to: Temporal.PlainDateTime];

/** A rule, and the line that it stands on. */
export interface ImportedRule {
  readonly rule: RecurrenceRule;
  readonly line: number;
}

/** Throws `calendar.malformed`, also for a rule that would be expanded wrongly. */
export function importedRule({ line, name, value }: Property): ImportedRule {
  // Some writers end a rule with a semicolon.
  const { rule, fault } = parseRule(value.trim().replace(/;$/, ''));
  if (fault) throw malformed(line, `${name}:${fault.part}`);
  const unproven = unprovenPart(rule);
  if (unproven) throw malformed(line, `${name}:${unproven}`);
  return { rule, line };
}

/**
 * The starts that a rule gives within a range, as the clock of its zone shows them. A rule that
 * began long ago is not walked through from there unless its COUNT asks for it.
 * Throws `calendar.too_large`.
 */
export function ruleWalls(
  { rule, line }: ImportedRule,
  first: Temporal.PlainDateTime,
  zone: CalendarZone,
  [from, to]: WallRange,
  work: Work,
): Temporal.PlainDateTime[] {
  const begin = later(first, from);
  const end = earlier(to, lastWall(rule, zone));
  if (isAfter(begin, end)) return [];
  try {
    if (rule.count === undefined) return jumpTo(begin, end);
    return walkTo(begin, end, rule.count);
  } catch (error) {
    throw error instanceof CostlyRule ? tooLarge('work', line) : error;
  }

  function jumpTo(from: Temporal.PlainDateTime, to: Temporal.PlainDateTime) {
    // The library walks through hours and less even so.
    work.spend(cost(rule, rule.freq in periodMs ? first : from, to), line);
    const walls = wallStartsBetween(rule, first, [from, to]);
    work.spend(walls.length * occurrenceCost, line);
    return walls;
  }

  function walkTo(from: Temporal.PlainDateTime, to: Temporal.PlainDateTime, count: number) {
    const walls: Temporal.PlainDateTime[] = [];
    let counted = 0;
    let reached = to;
    visitWallStarts(rule, first, to, (start) => {
      work.spend(occurrenceCost, line);
      if (!isAfter(from, start)) walls.push(start);
      counted += 1;
      if (counted === count) reached = start;
      return counted < count;
    });
    work.spend(cost(rule, first, reached), line);
    return walls;
  }
}

const occurrenceCost = 30;
const ruleCost = 50;
/** As measured, of a rule that finds nothing. */
const dayCosts: Readonly<Partial<Record<Frequency, number>>> = {
  DAILY: 1,
  WEEKLY: 2,
  MONTHLY: 0.3,
  YEARLY: 0.1,
};
const dayMs = 86_400_000;
const periodMs: Readonly<Partial<Record<Frequency, number>>> = {
  HOURLY: 3_600_000,
  MINUTELY: 60_000,
  SECONDLY: 1_000,
};
const timeParts: readonly NumberPart[] = ['BYHOUR', 'BYMINUTE', 'BYSECOND'];

/** Of looking: at days, and their times; or at periods of less than a day, one by one. */
function cost(
  { freq, interval, by }: RecurrenceRule,
  from: Temporal.PlainDateTime,
  to: Temporal.PlainDateTime,
): number {
  const ms = utcOf(to) - utcOf(from);
  const times = timeParts.reduce((product, part) => product * (by[part]?.length ?? 1), 1);
  const period = periodMs[freq];
  if (period !== undefined) return ruleCost + (ms / period / interval) * occurrenceCost;
  return ruleCost + (ms / dayMs) * (dayCosts[freq] ?? 1) * times;
}

/** The last start that UNTIL allows; a date means its whole day. */
function lastWall({ until }: RecurrenceRule, zone: CalendarZone): Temporal.PlainDateTime | null {
  if (!until) return null;
  if (until.kind === 'instant') return zone.wallAt(until.at.epochMilliseconds);
  if (until.kind === 'wall') return until.at;
  return until.date.toPlainDateTime({ hour: 23, minute: 59, second: 59 });
}

function isAfter(a: Temporal.PlainDateTime, b: Temporal.PlainDateTime): boolean {
  return Temporal.PlainDateTime.compare(a, b) > 0;
}

function later(a: Temporal.PlainDateTime, b: Temporal.PlainDateTime): Temporal.PlainDateTime {
  return isAfter(a, b) ? a : b;
}

function earlier(
  a: Temporal.PlainDateTime,
  b: Temporal.PlainDateTime | null,
): Temporal.PlainDateTime {
  return b && isAfter(a, b) ? b : a;
}
