import { DomainError } from '../../platform/problems/problem.js';
import { readCalendar } from './icalendar-import.js';

const window = {
  timeZone: 'Europe/Paris',
  from: new Date('2027-01-01'),
  to: new Date('2028-06-01'),
};
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const vevent = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
const many = (count: number, ...lines: string[]) =>
  Array.from({ length: count }, (_, index) => vevent(`UID:${index}`, ...lines)).flat();
const refusal = (text: string) => {
  try {
    readCalendar(text, window);
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, ...error.facts };
    throw error;
  }
  return null;
};
const malformed = (line: number, part: string) => ({ code: 'calendar.malformed', line, part });
const tooLarge = (limit: string) =>
  expect.objectContaining({ code: 'calendar.too_large', limit }) as unknown;

describe('a malformed calendar is refused with its line', () => {
  it.each([
    ['nothing', '', 1, 'BEGIN:VCALENDAR'],
    ['a web page', '<!doctype html>\n<html>', 1, '<!doctype html>'],
    ['another format', 'BEGIN:VCARD\r\nEND:VCARD', 1, 'BEGIN:VCARD'],
    ['a file cut short', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a', 3, 'END:VEVENT'],
    ['components that cross', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR', 3, 'END:VCALENDAR'],
    ['an end of nothing', 'BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR', 3, 'END:VCALENDAR'],
    ['a calendar in a calendar', 'BEGIN:VCALENDAR\nBEGIN:VCALENDAR', 2, 'BEGIN:VCALENDAR'],
  ])('%s', (_name, text, line, part) => {
    expect(refusal(text)).toEqual(malformed(line, part));
  });

  it.each([
    ['a line that is none', ['DTSTART:20270302T130000Z', 'no colon'], 5, 'no colon'],
    ['no start', ['SUMMARY:x'], 3, 'DTSTART'],
    ['a date that does not exist', ['DTSTART:20270230T130000Z'], 4, 'DTSTART:20270230T130000Z'],
    ['a time that does not exist', ['DTSTART:20270302T250000Z'], 4, 'DTSTART:20270302T250000Z'],
    ['words for a date', ['DTSTART:tomorrow'], 4, 'DTSTART:tomorrow'],
    ['an empty date', ['DTSTART:'], 4, 'DTSTART:'],
    ['an unknown zone', ['DTSTART;TZID=Mars/Olympus:20270302T130000'], 4, 'TZID=Mars/Olympus'],
    ['an open quote', ['DTSTART;TZID="x:20270302T130000'], 4, 'DTSTART;TZID="x:20270302T130000'],
    [
      'a parameter without a value',
      ['DTSTART;TZID:20270302T130000'],
      4,
      'DTSTART;TZID:20270302T130000',
    ],
    [
      'an end before the start',
      ['DTSTART:20270302T130000Z', 'DTEND:20270302T120000Z'],
      5,
      'DTEND:20270302T120000Z',
    ],
    [
      'an end of another kind',
      ['DTSTART:20270302T130000Z', 'DTEND;VALUE=DATE:20270303'],
      5,
      'DTEND:20270303',
    ],
    ['a negative duration', ['DTSTART:20270302T130000Z', 'DURATION:-PT1H'], 5, 'DURATION:-PT1H'],
    ['an empty duration', ['DTSTART:20270302T130000Z', 'DURATION:P'], 5, 'DURATION:P'],
    [
      'a rule that is none',
      ['DTSTART:20270302T130000Z', 'RRULE:FREQ=DAILY;BYMONTHDAY=99'],
      5,
      'RRULE:BYMONTHDAY=99',
    ],
    [
      'a rule that would be read wrongly',
      ['DTSTART:20270302T130000Z', 'RRULE:FREQ=YEARLY;BYYEARDAY=61;BYMONTHDAY=2'],
      5,
      'RRULE:BYYEARDAY',
    ],
    ['a folded line', ['DTSTART:2027', ' 0302T', '\t130000?'], 4, 'DTSTART:20270302T130000?'],
  ])('%s', (_name, lines, line, part) => {
    expect(refusal(calendar(...vevent(...lines)))).toEqual(malformed(line, part));
  });

  it('whose zone is none', () => {
    const zone = (...lines: string[]) =>
      calendar(
        ...[
          'BEGIN:VTIMEZONE',
          'TZID:Here',
          'BEGIN:STANDARD',
          ...lines,
          'END:STANDARD',
          'END:VTIMEZONE',
        ],
        ...vevent('DTSTART;TZID=Here:20270302T130000'),
      );
    const offsets = ['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0100'];
    expect(refusal(zone(...offsets))).toEqual(malformed(5, 'DTSTART'));
    expect(refusal(zone('DTSTART:19700101T000000', 'TZOFFSETFROM:+01'))).toEqual(
      malformed(7, 'TZOFFSETFROM:+01'),
    );
    expect(refusal(zone('DTSTART:19700101T000000', ...offsets))).toBeNull();
  });
});

describe('a calendar that is too large is refused', () => {
  const daily = ['DTSTART:20270101T080000Z', 'DURATION:PT1H'];

  it('by its size', () => {
    expect(refusal(calendar(`X-FILLER:${'é'.repeat(2_500_000)}`))).toEqual({
      code: 'calendar.too_large',
      limit: 'bytes',
      most: 5_000_000,
    });
  });

  it('by its events', () => {
    expect(refusal(calendar(...many(5_000, ...daily)))).toBeNull();
    expect(refusal(calendar(...many(5_001, ...daily)))).toEqual({
      code: 'calendar.too_large',
      limit: 'events',
      most: 5_000,
      line: 2 + 5_000 * 5 + 1,
    });
  });

  it('by its occurrences', () => {
    expect(refusal(calendar(...many(50, ...daily, 'RRULE:FREQ=DAILY')))).toEqual(
      tooLarge('occurrences'),
    );
  });

  it.each([
    ['every second', 'FREQ=SECONDLY'],
    ['every second since 1970', 'FREQ=SECONDLY;COUNT=999999999', '19700101T000000Z'],
    ['every minute of a day that never comes', 'FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;COUNT=1'],
    [
      'each second of each year',
      `FREQ=YEARLY;BYDAY=MO,TU;BYHOUR=${list(24)};BYMINUTE=${list(60)};BYSECOND=${list(60)}`,
    ],
    ['daily for millennia', 'FREQ=DAILY;COUNT=999999999', '00010101T000000Z'],
  ])('by one rule: %s', (_name, rule, start = '20270101T000000Z') => {
    const event = vevent(`DTSTART:${start}`, 'DURATION:PT1S', `RRULE:${rule}`);
    expect(refusal(calendar(...event))).toEqual(tooLarge('work'));
  });

  it.each([
    ['30 February, once', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1'],
    ['a long walk', 'FREQ=DAILY;COUNT=9000;BYHOUR=8,9'],
  ])('by thousands of rules: %s', (_name, rule) => {
    const events = many(5_000, 'DTSTART:20030101T080000Z', 'DURATION:PT1H', `RRULE:${rule}`);
    expect(refusal(calendar(...events))).toEqual(tooLarge('work'));
  });

  it('by what stands in for what', () => {
    const events = [
      ...many(2_500, ...daily),
      ...many(2_500, ...daily, 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270101T080000Z'),
    ].map((line) => (line.startsWith('UID') ? 'UID:one' : line));
    expect(refusal(calendar(...events))).toEqual(tooLarge('work'));
  });
});

describe('a hostile calendar that breaks no rule', () => {
  it('finds nothing on a day that never comes', () => {
    const event = vevent(
      'DTSTART:20270101T080000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    );
    expect(readCalendar(calendar(...event), window).intervals).toHaveLength(1);
  });

  it('has an interval without an end in sight', () => {
    const event = vevent(
      'DTSTART:20270101T080000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;INTERVAL=999999999',
    );
    expect(readCalendar(calendar(...event), window).intervals).toHaveLength(1);
  });

  it('has a million parameters, or exceptions', () => {
    const exceptions = Array.from({ length: 100_000 }, () => '20270102T080000Z').join(',');
    const event = vevent(
      `DTSTART${';A="B,C:"'.repeat(300_000)}:20270101T080000Z`,
      'DURATION:PT1H',
      `EXDATE:${exceptions}`,
    );
    expect(readCalendar(calendar(...event), window).intervals).toHaveLength(1);
  });

  it('nests deeply, names prototypes, or lasts for ages', () => {
    const nested = Array.from({ length: 100_000 }, () => 'BEGIN:VEVENT');
    expect(refusal(calendar(...nested))).toEqual(malformed(10, 'BEGIN:VEVENT'));
    const odd = vevent('CONSTRUCTOR:1', '__PROTO__:1', 'DTSTART:20270101T080000Z');
    expect(refusal(calendar(...odd))).toEqual(malformed(5, '__PROTO__:1'));
    const ages = vevent('DTSTART:20270101T080000Z', 'DURATION:P999999D', 'RRULE:FREQ=YEARLY');
    expect(readCalendar(calendar(...ages), window).intervals.length).toBeGreaterThan(0);
  });
});

function list(most: number): string {
  return Array.from({ length: most }, (_, index) => index).join(',');
}
