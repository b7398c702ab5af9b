import { Temporal } from 'temporal-polyfill';
import type { DomainError } from '../../platform/problems/problem.js';
import type { Property } from './calendar-lines.js';
import { malformed } from './calendar-refusal.js';
import { namedZone } from './calendar-zone.js';
import type { CalendarZone } from './calendar-zone.js';

/** A DATE or DATE-TIME, RFC 5545, 3.3.4 and 3.3.5; a date is its midnight. */
export interface Moment {
  readonly wall: Temporal.PlainDateTime;
  readonly zone: CalendarZone;
  readonly isDate: boolean;
}

/** How long an event lasts: days by the clock on the wall, and elapsed milliseconds after them. */
export interface Length {
  readonly days: number;
  readonly ms: number;
}

/** The zone of a TZID (undefined: floating time) named on a line. */
export type FindZone = (tzid: string | undefined, line: number) => CalendarZone;

const utc = namedZone('UTC')!;

/**
 * Reads a value of DTSTART and the like: local with TZID, UTC, or floating (3.3.5, forms 3, 2, 1).
 * Throws `calendar.malformed`.
 */
export function momentOf(property: Property, findZone: FindZone, value = property.value): Moment {
  const [, date = '', time, zulu] = /^(\d{8})(?:T(\d{6})(Z?))?$/.exec(value.trim()) ?? [];
  const wall = plainDateTime(`${date}T${time ?? '000000'}`);
  if (!wall) throw malformedValue(property);
  if (zulu) return { wall, zone: utc, isDate: false };
  const tzid = property.parameters.get('TZID');
  // A date has no zone (3.2.19), whatever some writers say: it is a day where the lab is.
  const named = time === undefined ? undefined : tzid;
  return { wall, zone: findZone(named, property.line), isDate: time === undefined };
}

/** Reads a DURATION that is not negative, 3.3.6. Throws `calendar.malformed`. */
export function lengthOf(property: Property, value = property.value): Length {
  const found =
    /^\+?P(?!$)(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?!$)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/.exec(
      value.trim(),
    );
  if (!found) throw malformedValue(property);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  return { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1_000 };
}

/** A UTC-OFFSET, 3.3.14, in milliseconds. Throws `calendar.malformed`. */
export function offsetOf(property: Property): number {
  const [, sign, hours, minutes, seconds] =
    /^([+-])(\d\d)([0-5]\d)([0-5]\d)?$/.exec(property.value.trim()) ?? [];
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0);
  if (!(size < 86_400)) throw malformedValue(property);
  return (sign === '-' ? -size : size) * 1_000;
}

export function malformedValue({ line, name, value }: Property): DomainError {
  return malformed(line, `${name}:${value}`);
}

function plainDateTime(text: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
