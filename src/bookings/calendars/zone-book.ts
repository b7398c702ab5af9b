import type { Temporal } from 'temporal-polyfill';
import type { CalendarComponent } from './calendar-components.js';
import type { Property } from './calendar-lines.js';
import { malformed } from './calendar-refusal.js';
import { momentOf, offsetOf } from './calendar-values.js';
import type { FindZone } from './calendar-values.js';
import { namedZone, OffsetZone, utcOf, wallOf } from './calendar-zone.js';
import type { CalendarZone } from './calendar-zone.js';
import { importedRule, ruleWalls } from './rule-walls.js';
import type { Work } from './rule-walls.js';

const utc = namedZone('UTC')!;
/** An event that began earlier still ends, and few zones keep changing by the rules of then. */
const earliest = wallOf(0);

/**
 * Finds the zones of a file by TZID. A name that the runtime knows means that zone, whose data are
 * newer than a file; another one means the VTIMEZONE of the file (RFC 5545, 3.6.5), as Outlook's
 * "W. Europe Standard Time". Floating time is the lab's.
 * The function throws `calendar.malformed` for a name that nobody explains.
 */
export function zoneBook(
  zones: ReadonlyMap<string, readonly CalendarComponent[]>,
  lab: CalendarZone,
  until: Temporal.PlainDateTime,
  work: Work,
): FindZone {
  const found = new Map<string, CalendarZone>();
  return (tzid, line) => {
    if (tzid === undefined) return lab;
    const before = found.get(tzid);
    if (before) return before;
    const changes = zones.get(tzid);
    const zone = namedZone(tzid) ?? (changes && zoneOf(changes, until, work));
    if (!zone) throw malformed(line, `TZID=${tzid}`);
    found.set(tzid, zone);
    return zone;
  };
}

interface Onset {
  readonly at: number;
  readonly from: number;
  readonly offset: number;
}

function zoneOf(
  changes: readonly CalendarComponent[],
  until: Temporal.PlainDateTime,
  work: Work,
): CalendarZone | undefined {
  const onsets = changes
    .flatMap((change) => onsetsOf(change, until, work))
    .sort((a, b) => a.at - b.at);
  return onsets[0] && new OffsetZone(onsets[0].from, onsets);
}

/** When a STANDARD or DAYLIGHT begins: DTSTART, by its rule, and on its RDATEs. */
function onsetsOf(
  { line, properties }: CalendarComponent,
  until: Temporal.PlainDateTime,
  work: Work,
): Onset[] {
  const named = (name: string) => properties.filter((property) => property.name === name);
  const need = (name: string): Property => {
    const property = named(name)[0];
    if (!property) throw malformed(line, name);
    return property;
  };
  const from = offsetOf(need('TZOFFSETFROM'));
  const offset = offsetOf(need('TZOFFSETTO'));
  // Onsets are local times of the offset before; only an UNTIL is in UTC.
  const before = new OffsetZone(from, []);
  const wallOn = (property: Property, value?: string) => momentOf(property, () => utc, value).wall;
  const first = wallOn(need('DTSTART'));
  const walls = [
    first,
    ...named('RRULE').flatMap((property) =>
      ruleWalls(importedRule(property), first, before, [earliest, until], work),
    ),
    ...named('RDATE').flatMap((property) =>
      property.value.split(',').map((value) => wallOn(property, value)),
    ),
  ];
  work.spend(walls.length, line);
  return walls.map((wall) => ({ at: utcOf(wall) - from, from, offset }));
}
