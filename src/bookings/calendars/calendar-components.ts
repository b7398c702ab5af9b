import { calendarLines, propertyOf, textOf } from './calendar-lines.js';
import type { CalendarLine, Property } from './calendar-lines.js';
import { importLimits, malformed, tooLarge } from './calendar-refusal.js';

/** A VEVENT, or a STANDARD or DAYLIGHT of a zone, with the properties that matter to us. */
export interface CalendarComponent {
  /** Where it begins. */
  readonly line: number;
  readonly properties: readonly Property[];
}

export interface CalendarFile {
  readonly events: readonly CalendarComponent[];
  /** The changes of a VTIMEZONE, by its TZID. */
  readonly zones: ReadonlyMap<string, readonly CalendarComponent[]>;
}

const eventPath = 'VCALENDAR/VEVENT';
const zonePath = 'VCALENDAR/VTIMEZONE';
const changePaths = [`${zonePath}/STANDARD`, `${zonePath}/DAYLIGHT`];

const timesOfEvents = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXRULE', 'RDATE', 'EXDATE'];
const ofEvents = new Set(
  ['UID', 'SEQUENCE', 'STATUS', 'TRANSP', 'SUMMARY', 'RECURRENCE-ID'].concat(timesOfEvents),
);
const ofChanges = new Set(['DTSTART', 'TZOFFSETFROM', 'TZOFFSETTO', 'RRULE', 'RDATE']);

/** RFC 5545 needs three: an alarm of an event of a calendar. */
const deepest = 8;
/** Twice a year since the first ones is less. */
const mostChangesOfZone = 500;

/**
 * Sorts a file of VCALENDARs (RFC 5545, 3.4) into its events and zones. Alarms, attendees, tasks
 * and the like are passed over unread: what we do not need cannot harm.
 * Throws `calendar.malformed` and `calendar.too_large`.
 */
export function readComponents(text: string): CalendarFile {
  const reader = new ComponentReader();
  for (const line of calendarLines(text)) reader.read(line);
  return reader.end();
}

class ComponentReader {
  private readonly events: CalendarComponent[] = [];
  private readonly zones = new Map<string, CalendarComponent[]>();
  private readonly open: string[] = [];
  private path = '';
  private last: CalendarLine | null = null;
  /** Of the component that is open. */
  private properties: Property[] = [];
  private changes: CalendarComponent[] = [];

  read(content: CalendarLine): void {
    this.last = content;
    const { name, text } = content;
    if (name === 'BEGIN') return this.begin(content, text.slice(6).trim().toUpperCase());
    if (this.open.length === 0) throw malformed(content.line, text);
    if (name === 'END') return this.close(content, text.slice(4).trim().toUpperCase());
    if (this.path === zonePath && name === 'TZID') this.nameZone(propertyOf(content));
    if (this.wanted()?.has(name)) this.properties.push(propertyOf(content));
  }

  end(): CalendarFile {
    if (!this.last) throw malformed(1, 'BEGIN:VCALENDAR');
    const open = this.open.at(-1);
    if (open !== undefined) throw malformed(this.last.line, `END:${open}`);
    return { events: this.events, zones: this.zones };
  }

  private begin({ line, text }: CalendarLine, component: string): void {
    const isCalendar = component === 'VCALENDAR';
    const isOutermost = this.open.length === 0;
    if (isCalendar !== isOutermost || this.open.length >= deepest) throw malformed(line, text);
    this.open.push(component);
    this.path = this.open.join('/');
    if (this.path === eventPath) {
      if (this.events.length >= importLimits.events) throw tooLarge('events', line);
      this.events.push({ line, properties: (this.properties = []) });
    } else if (this.path === zonePath) {
      this.changes = [];
    } else if (changePaths.includes(this.path)) {
      if (this.changes.length >= mostChangesOfZone) throw tooLarge('work', line);
      this.changes.push({ line, properties: (this.properties = []) });
    }
  }

  private close({ line, text }: CalendarLine, component: string): void {
    if (this.open.pop() !== component) throw malformed(line, text);
    this.path = this.open.join('/');
  }

  private nameZone(tzid: Property): void {
    this.zones.set(textOf(tzid), this.changes);
  }

  private wanted(): ReadonlySet<string> | null {
    if (this.path === eventPath) return ofEvents;
    return changePaths.includes(this.path) ? ofChanges : null;
  }
}
