import type { CalendarComponent } from './calendar-components.js';
import { textOf } from './calendar-lines.js';
import type { Property } from './calendar-lines.js';
import { malformed } from './calendar-refusal.js';
import { lengthOf, malformedValue, momentOf } from './calendar-values.js';
import type { FindZone, Length, Moment } from './calendar-values.js';
import { importedRule } from './rule-walls.js';
import type { ImportedRule } from './rule-walls.js';

/** An extra occurrence (RDATE); with a length of its own where it is a PERIOD. */
export interface ExtraStart {
  readonly start: Moment;
  readonly length: Length | null;
}

/** What of a VEVENT matters to whoever wants to know when it is. */
export interface ImportedEvent {
  readonly line: number;
  /** Null where the writer left it out, as RFC 5545 forbids. */
  readonly uid: string | null;
  readonly sequence: number;
  readonly summary: string;
  readonly counts: 'busy' | 'cancelled' | 'transparent';
  readonly start: Moment;
  readonly length: Length;
  readonly rules: readonly ImportedRule[];
  readonly exceptRules: readonly ImportedRule[];
  readonly extra: readonly ExtraStart[];
  readonly except: readonly Moment[];
  /** The start, by the rule of the event with the same UID, that this one stands in for. */
  readonly recurrenceId: Moment | null;
  /** RANGE=THISANDFUTURE, 3.2.13: the ones after it are moved like it. */
  readonly andFollowing: boolean;
}

/** Reads a VEVENT, RFC 5545, 3.6.1. Throws `calendar.malformed` and `calendar.too_large`. */
export function importedEvent(component: CalendarComponent, findZone: FindZone): ImportedEvent {
  const { line, properties } = component;
  const all = (name: string) => properties.filter((property) => property.name === name);
  const text = (name: string) => {
    const property = all(name)[0];
    return property ? textOf(property) : null;
  };

  const dtstart = all('DTSTART')[0];
  if (!dtstart) throw malformed(line, 'DTSTART');
  const start = momentOf(dtstart, findZone);
  const recurrenceId = all('RECURRENCE-ID')[0];
  return {
    line,
    uid: text('UID'),
    sequence: Number(text('SEQUENCE') ?? 0) || 0,
    summary: (text('SUMMARY') ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim(),
    counts: countsAs(text('STATUS'), text('TRANSP')),
    start,
    length: eventLength(start, all('DTEND')[0], all('DURATION')[0], findZone),
    rules: all('RRULE').map(importedRule),
    exceptRules: all('EXRULE').map(importedRule),
    extra: all('RDATE').flatMap((property) =>
      property.value.split(',').map((value) => extraStart(property, value, findZone)),
    ),
    except: all('EXDATE').flatMap((property) =>
      property.value.split(',').map((value) => momentOf(property, findZone, value)),
    ),
    recurrenceId: recurrenceId ? momentOf(recurrenceId, findZone) : null,
    andFollowing: recurrenceId?.parameters.get('RANGE')?.toUpperCase() === 'THISANDFUTURE',
  };
}

function countsAs(status: string | null, transp: string | null): ImportedEvent['counts'] {
  if (status?.toUpperCase() === 'CANCELLED') return 'cancelled';
  return transp?.toUpperCase() === 'TRANSPARENT' ? 'transparent' : 'busy';
}

/**
 * By DTEND, whose elapsed time holds for every occurrence (3.8.5.3), or days where it is a date;
 * by DURATION; else a day from a date, and nothing from a time (3.6.1).
 */
function eventLength(
  start: Moment,
  dtend: Property | undefined,
  duration: Property | undefined,
  findZone: FindZone,
): Length {
  if (dtend) return lengthUntil(start, momentOf(dtend, findZone), dtend);
  if (duration) return lengthOf(duration);
  return { days: start.isDate ? 1 : 0, ms: 0 };
}

function lengthUntil(start: Moment, end: Moment, property: Property): Length {
  const length = start.isDate
    ? // An end on the day itself is a frequent mistake for the day after.
      { days: start.wall.until(end.wall).days || 1, ms: 0 }
    : { days: 0, ms: end.zone.instantOf(end.wall) - start.zone.instantOf(start.wall) };
  if (end.isDate === start.isDate && length.days >= 0 && length.ms >= 0) return length;
  throw malformedValue(property);
}

/** A date, or a PERIOD (3.3.9): `start/end` or `start/duration`. */
function extraStart(property: Property, value: string, findZone: FindZone): ExtraStart {
  const [from = '', to, ...more] = value.split('/');
  if (more.length > 0) throw malformedValue(property);
  const start = momentOf(property, findZone, from);
  if (to === undefined) return { start, length: null };
  if (/^\+?P/.test(to)) return { start, length: lengthOf(property, to) };
  return { start, length: lengthUntil(start, momentOf(property, findZone, to), property) };
}
