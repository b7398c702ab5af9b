import { readComponents } from './calendar-components.js';
import { importLimits, tooLarge } from './calendar-refusal.js';
import { namedZone, wallOf } from './calendar-zone.js';
import { importedEvent } from './imported-event.js';
import type { ImportedEvent } from './imported-event.js';
import { occurrencesOf } from './imported-occurrences.js';
import type { ImportedOccurrence, Span } from './imported-occurrences.js';
import { Work } from './rule-walls.js';
import { zoneBook } from './zone-book.js';

export interface ImportWindow {
  /** Of the lab, an IANA name: floating times and whole days are its own. */
  readonly timeZone: string;
  /** Half-open. */
  readonly from: Date;
  readonly to: Date;
}

/** When something outside takes place; half-open, and not cut to the window. */
export interface ImportedInterval {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** On one line; may be empty. */
  readonly summary: string;
}

export interface ImportedCalendar {
  /** Those that touch the window, in order. */
  readonly intervals: readonly ImportedInterval[];
  /** How many events of the file, whenever they are, close nothing: to be told to whoever asked. */
  readonly ignored: { readonly cancelled: number; readonly transparent: number };
}

const yearMs = 366 * 86_400_000;

/**
 * Reads an outside calendar (RFC 5545) for what closes a lab within a window: events with all
 * their occurrences, except the cancelled ones and those that leave their owner free
 * (STATUS:CANCELLED, TRANSP:TRANSPARENT).
 *
 * Nothing is fetched, and what a file may cost is bounded (`importLimits`): a hostile one keeps a
 * processor for a few seconds at most, an ordinary one for milliseconds.
 *
 * Throws `calendar.malformed` {line, part} for what RFC 5545 does not allow or we would read
 * wrongly, `calendar.too_large` {limit, most, line?}, and a RangeError for a zone of the lab that
 * does not exist. A calendar is read whole or not at all: a closure left out would go unnoticed.
 */
export function readCalendar(text: string, window: ImportWindow): ImportedCalendar {
  if (Buffer.byteLength(text) > importLimits.bytes) throw tooLarge('bytes');
  const lab = namedZone(window.timeZone);
  if (!lab) throw new RangeError(`No time zone: ${window.timeZone}`);
  const work = new Work();
  const span: Span = { from: window.from.getTime(), to: window.to.getTime() };
  const file = readComponents(text);
  const findZone = zoneBook(file.zones, lab, wallOf(span.to + yearMs), work);
  const events = latest(file.events.map((component) => importedEvent(component, findZone)));
  const ignored = (as: ImportedEvent['counts']) =>
    events.filter(({ counts }) => counts === as).length;
  return {
    intervals: occurrencesOfAll(events, span, work).map(intervalOf),
    ignored: { cancelled: ignored('cancelled'), transparent: ignored('transparent') },
  };
}

function occurrencesOfAll(
  events: readonly ImportedEvent[],
  span: Span,
  work: Work,
): ImportedOccurrence[] {
  const standIns = groupBy(
    events.filter(({ uid, recurrenceId }) => uid !== null && recurrenceId !== null),
    ({ uid }) => uid,
  );
  const found: ImportedOccurrence[] = [];
  for (const event of events.filter(({ counts }) => counts === 'busy')) {
    // What stands in for one occurrence has no others, and nothing stands in for it.
    const others = event.recurrenceId === null ? (standIns.get(event.uid) ?? []) : [];
    for (const occurrence of occurrencesOf(event, others, span, work)) {
      if (found.length >= importLimits.occurrences) throw tooLarge('occurrences', event.line);
      found.push(occurrence);
    }
  }
  return found.sort((a, b) => a.from - b.from || a.to - b.to);
}

/**
 * Of revisions of one event in one file, the last (3.8.7.4). Events without a UID, or with one
 * that a careless writer gave to all, stay as they are.
 */
function latest(events: readonly ImportedEvent[]): ImportedEvent[] {
  const revisions = groupBy(events, ({ uid, recurrenceId, line }) => {
    if (uid === null) return line;
    return `${uid}\n${recurrenceId ? recurrenceId.zone.instantOf(recurrenceId.wall) : ''}`;
  });
  return [...revisions.values()].flatMap((group) => {
    const last = Math.max(...group.map(({ sequence }) => sequence));
    return group.filter(({ sequence }) => sequence === last);
  });
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function intervalOf({ event, from, to }: ImportedOccurrence): ImportedInterval {
  return { startsAt: new Date(from), endsAt: new Date(to), summary: event.summary };
}
