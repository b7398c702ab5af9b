import { createHash } from 'node:crypto';
import { parseRule, ruleText } from '../series/recurrence-rule.rules.js';
import { contentLine, textValue, utcValue } from './content-line.js';
import { vtimezone } from './vtimezone.js';
import { WallClock } from './wall-clock.js';

/** One VEVENT, RFC 5545, 3.6.1. */
export interface FeedEvent {
  /** The same for ever: programs find the event again by it (RFC 5545, 3.8.4.7). */
  readonly uid: string;
  /** Goes up with every change that matters to whoever takes part (3.8.7.4). */
  readonly sequence: number;
  readonly status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED';
  /** Half-open. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** IANA name: the event keeps its wall time in it. */
  readonly timeZone: string;
  readonly summary: string;
  readonly description?: string;
  readonly location?: string;
  readonly lastModified: Date;
  /**
   * The text after `RRULE:`. A calendar program gives every occurrence the same elapsed time
   * (3.8.5.3), so a night on which the clock changes needs an event of its own, with
   * `recurrenceId`, for its wall times to stay.
   */
  readonly rrule?: string;
  /** Starts of the occurrences that do not take place; only with `rrule`. */
  readonly exdates?: readonly Date[];
  /** The start that the rule gives for the occurrence which this event stands for (3.8.4.4). */
  readonly recurrenceId?: Date;
}

export interface Feed {
  /** As calendar programs list it. */
  readonly name: string;
  readonly events: readonly FeedEvent[];
  /** ISO 8601: how often programs should ask again. */
  readonly refreshInterval: string;
}

/**
 * A published calendar (METHOD:PUBLISH of RFC 5546; NAME and REFRESH-INTERVAL of RFC 7986, and
 * what programs knew before it). `now` is the DTSTAMP, which says when this text was made, and
 * nothing else depends on it.
 * Throws a RangeError for a time zone that does not exist, an Error for a rule that is none.
 */
export function writeCalendar({ name, events, refreshInterval }: Feed, now: Date): string {
  const zones = zonesOf(events);
  return [
    contentLine('BEGIN', 'VCALENDAR'),
    contentLine('VERSION', '2.0'),
    contentLine('PRODID', '-//Creneau//Creneau//FR'),
    contentLine('CALSCALE', 'GREGORIAN'),
    contentLine('METHOD', 'PUBLISH'),
    contentLine('NAME', textValue(name)),
    contentLine('X-WR-CALNAME', textValue(name)),
    contentLine('REFRESH-INTERVAL;VALUE=DURATION', refreshInterval),
    contentLine('X-PUBLISHED-TTL', refreshInterval),
    ...[...zones].map(([timeZone, { from, to }]) =>
      // A year of UTC may begin in the zone's former year.
      vtimezone(timeZone, from.getUTCFullYear() - 1, to.getUTCFullYear() + 1),
    ),
    ...events.map((event) => vevent(event, zones.get(event.timeZone)?.clock ?? null, now)),
    contentLine('END', 'VCALENDAR'),
  ].join('');
}

/**
 * The ETag of a written calendar: equal as long as the events are. Weak (RFC 9110, 8.8.1), since
 * the DTSTAMP of the texts differs.
 */
export function calendarEtag(text: string): string {
  const content = text.replaceAll(/^DTSTAMP:.*\r\n/gm, '');
  return `W/"${createHash('sha256').update(content).digest('base64url')}"`;
}

/** A zone that events are in, and between which instants. */
interface UsedZone {
  readonly from: Date;
  readonly to: Date;
  readonly clock: WallClock;
}

/**
 * By TZID: each needs a VTIMEZONE (RFC 5545, 3.2.19). UTC has no TZID there, and needs none.
 */
function zonesOf(events: readonly FeedEvent[]): Map<string, UsedZone> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const { timeZone, startsAt, endsAt, recurrenceId, exdates = [] } of events) {
    if (isUtc(timeZone)) continue;
    const { from, to } = spans.get(timeZone) ?? { from: Infinity, to: -Infinity };
    const at = [startsAt, endsAt, ...(recurrenceId ? [recurrenceId] : []), ...exdates].map(Number);
    spans.set(timeZone, { from: Math.min(from, ...at), to: Math.max(to, ...at) });
  }
  return new Map(
    [...spans].map(([timeZone, span]) => {
      const [from, to] = [new Date(span.from), new Date(span.to)];
      return [timeZone, { from, to, clock: new WallClock(timeZone, from, to) }];
    }),
  );
}

/** `clock` is that of the event's zone; null: UTC. */
function vevent(event: FeedEvent, clock: WallClock | null, now: Date): string {
  const { rrule, exdates = [], recurrenceId, description, location, timeZone } = event;
  const single = rrule === undefined && recurrenceId === undefined;
  // The second of two equal wall times cannot be named (3.3.5 means the first), so an event with
  // such an end is written in UTC; one with a rule has to follow the clock on the wall.
  const local =
    clock && (!single || (clock.names(event.startsAt) && clock.names(event.endsAt))) ? clock : null;
  const time = (property: string, at: Date) =>
    local
      ? contentLine(`${property};TZID=${timeZone}`, local.wallValue(at))
      : contentLine(property, utcValue(at));
  return [
    contentLine('BEGIN', 'VEVENT'),
    contentLine('UID', textValue(event.uid)),
    contentLine('DTSTAMP', utcValue(now)),
    recurrenceId ? time('RECURRENCE-ID', recurrenceId) : '',
    time('DTSTART', event.startsAt),
    time('DTEND', event.endsAt),
    rrule === undefined ? '' : contentLine('RRULE', ruleValue(rrule, timeZone)),
    ...(rrule === undefined ? [] : exdates.map((at) => time('EXDATE', at))),
    contentLine('SEQUENCE', String(event.sequence)),
    contentLine('STATUS', event.status),
    // Nobody is busy with what was cancelled.
    contentLine('TRANSP', event.status === 'CANCELLED' ? 'TRANSPARENT' : 'OPAQUE'),
    contentLine('LAST-MODIFIED', utcValue(event.lastModified)),
    contentLine('SUMMARY', textValue(event.summary)),
    location === undefined ? '' : contentLine('LOCATION', textValue(location)),
    description === undefined ? '' : contentLine('DESCRIPTION', textValue(description)),
    contentLine('END', 'VEVENT'),
  ].join('');
}

function isUtc(timeZone: string): boolean {
  return timeZone === 'UTC' || timeZone === 'Etc/UTC';
}

/** In our own spelling. An UNTIL must be an instant where the start has a zone (3.3.10). */
function ruleValue(text: string, timeZone: string): string {
  const { rule, fault } = parseRule(text);
  if (fault) throw new Error(`No recurrence rule: ${fault.part}`);
  if (!rule.until || rule.until.kind === 'instant') return ruleText(rule);
  const last =
    rule.until.kind === 'wall'
      ? rule.until.at
      : rule.until.date.toPlainDateTime({ hour: 23, minute: 59, second: 59 });
  return ruleText({
    ...rule,
    until: { kind: 'instant', at: last.toZonedDateTime(timeZone).toInstant() },
  });
}
