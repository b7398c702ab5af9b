import fc from 'fast-check';
import ICAL from 'ical.js';
import { calendarEtag, writeCalendar } from './icalendar.js';
import type { FeedEvent } from './icalendar.js';

const now = new Date('2027-03-01T07:00:00Z');
const anEvent = (changes: Partial<FeedEvent> = {}): FeedEvent => ({
  uid: '0195cf00-0000-7000-8000-000000000001@creneau',
  sequence: 0,
  status: 'CONFIRMED',
  startsAt: new Date('2027-03-02T13:00:00Z'),
  endsAt: new Date('2027-03-02T15:00:00Z'),
  timeZone: 'Europe/Paris',
  summary: 'Laser',
  lastModified: new Date('2027-02-20T10:00:00Z'),
  ...changes,
});
const between = (from: string, to: string, changes: Partial<FeedEvent> = {}) =>
  anEvent({ startsAt: new Date(from), endsAt: new Date(to), ...changes });
const write = (...events: FeedEvent[]) =>
  writeCalendar({ name: 'Museolab', events, refreshInterval: 'PT15M' }, now);
const linesOf = (text: string) => text.split('\r\n');
const linesOfEvent = (event: FeedEvent) => {
  const lines = linesOf(write(event));
  return lines.slice(lines.indexOf('BEGIN:VEVENT') + 1, lines.indexOf('END:VEVENT'));
};
const timesOf = (event: FeedEvent) =>
  linesOfEvent(event).filter((line) => /^(DTSTART|DTEND|EXDATE|RECURRENCE-ID|RRULE)/.test(line));
/** As another program reads it. */
const readBack = (text: string) =>
  new ICAL.Component(ICAL.parse(text) as unknown[])
    .getAllSubcomponents('vevent')
    .map((component) => new ICAL.Event(component));

describe('a feed', () => {
  it('is a published calendar with a name and a refresh interval', () => {
    expect(linesOf(write())).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Creneau//Creneau//FR',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'NAME:Museolab',
      'X-WR-CALNAME:Museolab',
      'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
      'X-PUBLISHED-TTL:PT15M',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('says of an event when it is in the wall time of its lab, and what has changed', () => {
    expect(
      linesOfEvent(anEvent({ sequence: 3, location: 'Atelier', description: 'Plaque' })),
    ).toEqual([
      'UID:0195cf00-0000-7000-8000-000000000001@creneau',
      'DTSTAMP:20270301T070000Z',
      'DTSTART;TZID=Europe/Paris:20270302T140000',
      'DTEND;TZID=Europe/Paris:20270302T160000',
      'SEQUENCE:3',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
      'LAST-MODIFIED:20270220T100000Z',
      'SUMMARY:Laser',
      'LOCATION:Atelier',
      'DESCRIPTION:Plaque',
    ]);
  });

  it('keeps a cancelled event, which takes nobody’s time', () => {
    const lines = linesOfEvent(anEvent({ status: 'CANCELLED', sequence: 1 }));
    expect(lines).toEqual(
      expect.arrayContaining(['STATUS:CANCELLED', 'TRANSP:TRANSPARENT', 'SEQUENCE:1']),
    );
  });

  it.each([
    ['Europe/Paris', '2027-03-21T13:00Z', '2027-03-28T12:00Z', '140000'],
    ['America/St_Johns', '2027-03-07T17:30Z', '2027-03-14T16:30Z', '140000'],
    ['America/St_Johns', '2027-10-31T16:30Z', '2027-11-07T17:30Z', '140000'],
  ])(
    'keeps the wall time of %s when summer time begins or ends',
    (timeZone, before, after, wall) => {
      for (const startsAt of [before, after]) {
        const event = between(startsAt, '2027-11-08T00:00Z', { timeZone });
        expect(timesOf(event)[0]).toMatch(new RegExp(`^DTSTART;TZID=${timeZone}:\\d{8}T${wall}$`));
      }
    },
  );

  it('is in UTC where the clock shows an end for the second time', () => {
    expect(timesOf(between('2027-10-30T23:00Z', '2027-10-31T01:30Z'))).toEqual([
      'DTSTART:20271030T230000Z',
      'DTEND:20271031T013000Z',
    ]);
    expect(timesOf(between('2027-10-30T23:00Z', '2027-10-31T00:30Z'))).toEqual([
      'DTSTART;TZID=Europe/Paris:20271031T010000',
      'DTEND;TZID=Europe/Paris:20271031T023000',
    ]);
  });

  it('has one VTIMEZONE for each zone that is used, before the events, and none for UTC', () => {
    const lines = linesOf(
      write(
        anEvent(),
        anEvent(),
        anEvent({ timeZone: 'UTC' }),
        anEvent({ timeZone: 'Asia/Tokyo' }),
      ),
    );
    expect(lines.filter((line) => line.startsWith('TZID:'))).toEqual([
      'TZID:Europe/Paris',
      'TZID:Asia/Tokyo',
    ]);
    expect(lines).toContain('DTSTART:20270302T130000Z');
    expect(lines.lastIndexOf('END:VTIMEZONE')).toBeLessThan(lines.indexOf('BEGIN:VEVENT'));
  });

  it('writes a series with its exceptions and an occurrence that differs', () => {
    const rrule = 'byday=tu;freq=weekly;until=20270330';
    expect(timesOf(anEvent({ rrule, exdates: [new Date('2027-03-09T13:00:00Z')] }))).toEqual([
      'DTSTART;TZID=Europe/Paris:20270302T140000',
      'DTEND;TZID=Europe/Paris:20270302T160000',
      'RRULE:FREQ=WEEKLY;UNTIL=20270330T215959Z;BYDAY=TU',
      'EXDATE;TZID=Europe/Paris:20270309T140000',
    ]);
    const other = { recurrenceId: new Date('2027-03-16T13:00:00Z') };
    expect(timesOf(between('2027-03-17T13:00Z', '2027-03-17T15:00Z', other))).toEqual([
      'RECURRENCE-ID;TZID=Europe/Paris:20270316T140000',
      'DTSTART;TZID=Europe/Paris:20270317T140000',
      'DTEND;TZID=Europe/Paris:20270317T160000',
    ]);
  });

  it('refuses to write a rule that is none', () => {
    expect(() => write(anEvent({ rrule: 'FREQ=DAILY\r\nATTENDEE:x' }))).toThrow(
      'No recurrence rule',
    );
  });

  it('folds lines at 75 octets without tearing a character apart', () => {
    const summary = '👩‍🔧 Découpe laser, très longue ; «érable» 🪚'.repeat(9);
    const text = write(anEvent({ summary }));
    const lengths = linesOf(text).map((line) => Buffer.byteLength(line));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(75);
    expect(Math.max(...lengths)).toBeGreaterThan(70);
    expect(text).not.toContain('\uFFFD');
    expect(Buffer.from(text).toString()).toBe(text);
    expect(readBack(text)[0]?.summary).toBe(summary);
  });

  it('escapes commas, semicolons, backslashes and line breaks', () => {
    const description = 'PLA, PETG; C:\\new\nEND:VEVENT\n\n"fin"';
    const text = write(anEvent({ description }));
    expect(linesOf(text)).toContain('DESCRIPTION:PLA\\, PETG\\; C:\\\\new\\nEND:VEVENT\\n\\n"fin"');
    expect(readBack(text)[0]?.description).toBe(description);
  });

  it('leaves out what a TEXT may not contain, and knows every kind of line break', () => {
    const lines = linesOfEvent(anEvent({ summary: 'a\u0000b\u0007\r\nc\rd\u2028e\u0085f\tg' }));
    expect(lines).toContain('SUMMARY:ab\\nc\\nd\\ne\\nf\tg');
  });

  it('gives another program any text back', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const clean = (given: string) =>
      given.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\t\n]/gu, '');
    fc.assert(
      fc.property(text, text, (summary, location) => {
        const [event] = readBack(write(anEvent({ summary, location })));
        expect(event?.summary ?? '').toBe(clean(summary));
        expect(event?.location ?? '').toBe(clean(location));
      }),
    );
  });
});

describe('the ETag of a feed', () => {
  const etag = (at: string, ...events: FeedEvent[]) =>
    calendarEtag(
      writeCalendar({ name: 'Museolab', events, refreshInterval: 'PT15M' }, new Date(at)),
    );

  it('does not depend on when the feed was written', () => {
    expect(etag('2027-03-01T07:00:00Z', anEvent())).toBe(etag('2027-03-01T08:00:00Z', anEvent()));
    expect(etag('2027-03-01T07:00:00Z', anEvent())).toMatch(/^W\/"[\w-]{43}"$/);
  });

  it('changes with an event, and with its number', () => {
    const etags = [
      etag('2027-03-01T07:00:00Z'),
      etag('2027-03-01T07:00:00Z', anEvent()),
      etag('2027-03-01T07:00:00Z', anEvent({ summary: 'DTSTAMP:20270301T070000Z' })),
      etag('2027-03-01T07:00:00Z', anEvent({ sequence: 1 })),
      etag('2027-03-01T07:00:00Z', anEvent(), anEvent({ uid: 'other' })),
    ];
    expect(new Set(etags).size).toBe(etags.length);
  });
});
