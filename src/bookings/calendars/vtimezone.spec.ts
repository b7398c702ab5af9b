import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { vtimezone } from './vtimezone.js';
import { zoneChanges } from './zone-changes.js';

const floating = ICAL.Timezone.localTimezone;
const linesOf = (text: string) => text.split('\r\n').filter((line) => line !== '');

/** The offset by another program's reading of the VTIMEZONE, in seconds. */
const readerOf = (text: string) => {
  const zone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(text) as unknown[]));
  return ({ year, month, day, hour, minute, second }: Temporal.PlainDateTime) =>
    zone.utcOffset(
      new ICAL.Time({ year, month, day, hour, minute, second, isDate: false }, floating),
    );
};
const offset = (wall: Temporal.PlainDateTime, timeZone: string) =>
  wall.toZonedDateTime(timeZone).offsetNanoseconds / 1e9;

describe('a VTIMEZONE', () => {
  it('has the yearly rules of Paris', () => {
    expect(linesOf(vtimezone('Europe/Paris', 2026, 2027))).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Paris',
      'BEGIN:STANDARD',
      'DTSTART:20251026T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:20260329T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ]);
  });

  it('has the half hours of St John’s', () => {
    expect(linesOf(vtimezone('America/St_Johns', 2026, 2027))).toEqual(
      expect.arrayContaining([
        'DTSTART:20260308T020000',
        'TZOFFSETFROM:-0330',
        'TZOFFSETTO:-0230',
        'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
      ]),
    );
  });

  it('ends a rule that holds no longer', () => {
    const lines = linesOf(vtimezone('America/St_Johns', 2005, 2012));
    // Until 2006 from the first Sunday in April; until 2011 at one minute past midnight.
    expect(lines).toContain('DTSTART:20050403T000100');
    expect(lines).toContain('RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;UNTIL=20110313T033100Z');
    expect(lines).toContain('RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU');
  });

  it('has one constant offset where the clock is never changed', () => {
    expect(linesOf(vtimezone('Etc/GMT-3', 2026, 2027))).toEqual([
      'BEGIN:VTIMEZONE',
      'TZID:Etc/GMT-3',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0300',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]);
  });

  it('calls only what does not last summer time', () => {
    const kinds = (timeZone: string, year: number) =>
      linesOf(vtimezone(timeZone, year, year)).filter((line) => /^BEGIN:[SD]/.test(line));
    // Turkey stayed in its summer time of 2016.
    expect(kinds('Europe/Istanbul', 2017)).toEqual(['BEGIN:STANDARD']);
    expect(kinds('Australia/Lord_Howe', 2027)).toEqual(['BEGIN:DAYLIGHT', 'BEGIN:STANDARD']);
  });

  it('is read by another program as the runtime reads the zone, whichever it is', () => {
    const misread = Intl.supportedValuesOf('timeZone').filter((timeZone) => {
      const read = readerOf(vtimezone(timeZone, 2026, 2027));
      const days = ['01-01T00:00', '02-15', '04-15', '07-01T12:00', '10-10', '12-31T23:00'];
      const times = [2026, 2027].flatMap((year) =>
        days.map((day) => Temporal.PlainDateTime.from(`${year}-${day}`)),
      );
      for (const { wall } of zoneChanges(timeZone, 2026, 2027)) {
        // Lord Howe changes by half an hour, Troll by two; the first may lie long before.
        if (wall.year > 2025) {
          times.push(wall.subtract({ minutes: 125 }), wall.add({ minutes: 125 }));
        }
      }
      return times.some((wall) => read(wall) !== offset(wall, timeZone));
    });
    expect(misread).toEqual([]);
  });
});
