import { readCalendar } from './icalendar-import.js';
import { writeCalendar } from './icalendar.js';

const paris = 'Europe/Paris';
const window = (from = '2027-01-01', to = '2028-01-01', timeZone = paris) => ({
  timeZone,
  from: new Date(from),
  to: new Date(to),
});
const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const vevent = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT'];
const read = (lines: string[], within = window()) =>
  readCalendar(calendar(...lines), within).intervals.map(
    ({ startsAt, endsAt }) => `${minute(startsAt)} ${minute(endsAt)}`,
  );
const minute = (at: Date) => at.toISOString().slice(0, 16);
const starts = (lines: string[], within = window()) =>
  read(lines, within).map((interval) => interval.slice(0, 16));

/** As Outlook writes it. */
const outlookZone = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

describe('an outside calendar', () => {
  it('gives intervals with a summary, in order', () => {
    const text = calendar(
      ...vevent('DTSTART:20270601T080000Z', 'DTEND:20270601T090000Z', 'SUMMARY:Second'),
      ...vevent(
        'DTSTART:20270501T080000Z',
        'DTEND:20270501T090000Z',
        'SUMMARY:Fermé \\; le\\n',
        '  1er\\, 👋',
      ),
    );
    expect(readCalendar(text, window()).intervals).toEqual([
      {
        startsAt: new Date('2027-05-01T08:00:00Z'),
        endsAt: new Date('2027-05-01T09:00:00Z'),
        summary: 'Fermé ; le 1er, 👋',
      },
      expect.objectContaining({ summary: 'Second' }),
    ]);
  });

  it('closes whole days of the lab', () => {
    const oneDay = vevent('DTSTART;VALUE=DATE:20270328');
    expect(read(oneDay)).toEqual(['2027-03-27T23:00 2027-03-28T22:00']);
    const stJohns = window('2027-01-01', '2028-01-01', 'America/St_Johns');
    expect(read(oneDay, stJohns)).toEqual(['2027-03-28T02:30 2027-03-29T02:30']);
    expect(read(vevent('DTSTART;VALUE=DATE:20271224', 'DTEND;VALUE=DATE:20280103'))).toEqual([
      '2027-12-23T23:00 2028-01-02T23:00',
    ]);
    expect(read(vevent('DTSTART;VALUE=DATE:20271224', 'DURATION:P2D'))).toHaveLength(1);
    expect(read(vevent('DTSTART;VALUE=DATE:20270501', 'DTEND;VALUE=DATE:20270501'))).toEqual([
      '2027-04-30T22:00 2027-05-01T22:00',
    ]);
  });

  it('knows durations: days by the wall, hours by the clock', () => {
    const from = (duration: string) =>
      read(vevent('DTSTART;TZID=Europe/Paris:20270327T120000', `DURATION:${duration}`));
    expect(from('PT90M')).toEqual(['2027-03-27T11:00 2027-03-27T12:30']);
    expect(from('P1D')).toEqual(['2027-03-27T11:00 2027-03-28T10:00']);
    expect(from('PT24H')).toEqual(['2027-03-27T11:00 2027-03-28T11:00']);
    expect(from('P1W')).toEqual(['2027-03-27T11:00 2027-04-03T10:00']);
  });

  it('takes floating time as the lab’s', () => {
    const floating = vevent('DTSTART:20270701T090000', 'DTEND:20270701T100000');
    expect(read(floating)).toEqual(['2027-07-01T07:00 2027-07-01T08:00']);
    expect(read(floating, window('2027-01-01', '2028-01-01', 'America/St_Johns'))).toEqual([
      '2027-07-01T11:30 2027-07-01T12:30',
    ]);
  });

  it('reads a zone that only the file explains', () => {
    const at = (times: string) =>
      read([
        ...outlookZone,
        ...vevent(`DTSTART;TZID="W. Europe Standard Time":${times}`, 'DURATION:PT1H'),
      ]);
    expect(at('20270701T090000')).toEqual(['2027-07-01T07:00 2027-07-01T08:00']);
    expect(at('20270328T013000')).toEqual(['2027-03-28T00:30 2027-03-28T01:30']);
    // Skipped: read with the offset before; doubled: the first. RFC 5545, 3.3.5.
    expect(at('20270328T023000')).toEqual(['2027-03-28T01:30 2027-03-28T02:30']);
    expect(at('20271031T023000')).toEqual(['2027-10-31T00:30 2027-10-31T01:30']);
    expect(at('20271031T033000')).toEqual(['2027-10-31T02:30 2027-10-31T03:30']);
  });

  it('repeats by rule in wall time, from a start long ago', () => {
    const mondays = vevent(
      'DTSTART;TZID=Europe/Paris:19990104T090000',
      'DTEND;TZID=Europe/Paris:19990104T110000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO;',
    );
    expect(read(mondays, window('2027-03-22', '2027-04-05'))).toEqual([
      '2027-03-22T08:00 2027-03-22T10:00',
      '2027-03-29T07:00 2027-03-29T09:00',
    ]);
  });

  it('ends by COUNT and by UNTIL', () => {
    const daily = (rule: string) =>
      starts(vevent('DTSTART;TZID=Europe/Paris:20261230T090000', 'DURATION:PT1H', `RRULE:${rule}`));
    expect(daily('FREQ=DAILY;COUNT=4')).toEqual(['2027-01-01T08:00', '2027-01-02T08:00']);
    expect(daily('FREQ=DAILY;UNTIL=20270102T080000Z')).toHaveLength(2);
    expect(daily('FREQ=DAILY;UNTIL=20270102T075959Z')).toHaveLength(1);
    expect(daily('FREQ=DAILY;UNTIL=20270102')).toHaveLength(2);
    expect(daily('FREQ=DAILY;UNTIL=20261231')).toHaveLength(0);
  });

  it('leaves out exceptions and puts in what stands in for one', () => {
    const lines = [
      ...vevent(
        'DTSTART;TZID=Europe/Paris:20270302T140000',
        'DTEND;TZID=Europe/Paris:20270302T160000',
        'RRULE:FREQ=WEEKLY;COUNT=6',
        'EXDATE;TZID=Europe/Paris:20270309T140000,20270316T140000',
        'EXDATE;VALUE=DATE:20270323',
      ),
      ...vevent(
        'RECURRENCE-ID:20270330T120000Z',
        'DTSTART:20270331T060000Z',
        'DTEND:20270331T070000Z',
      ),
      ...vevent('RECURRENCE-ID:20270406T120000Z', 'DTSTART:20270406T120000Z', 'STATUS:CANCELLED'),
    ];
    expect(read(lines)).toEqual([
      '2027-03-02T13:00 2027-03-02T15:00',
      '2027-03-31T06:00 2027-03-31T07:00',
    ]);
  });

  it('moves this and the following ones', () => {
    const lines = [
      ...vevent(
        'DTSTART;TZID=Europe/Paris:20270316T140000',
        'DURATION:PT1H',
        'RRULE:FREQ=WEEKLY;COUNT=4',
      ),
      ...vevent(
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20270323T140000',
        'DTSTART;TZID=Europe/Paris:20270324T093000',
        'DURATION:PT30M',
      ),
    ];
    expect(read(lines)).toEqual([
      '2027-03-16T13:00 2027-03-16T14:00',
      '2027-03-24T08:30 2027-03-24T09:00',
      '2027-03-31T07:30 2027-03-31T08:00',
      '2027-04-07T07:30 2027-04-07T08:00',
    ]);
  });

  it('adds the extra dates', () => {
    const lines = vevent(
      'DTSTART:20270302T130000Z',
      'DURATION:PT1H',
      'RDATE:20270305T130000Z',
      'RDATE;VALUE=PERIOD:20270306T130000Z/PT2H,20270307T130000Z/20270307T160000Z',
    );
    expect(read(lines)).toEqual([
      '2027-03-02T13:00 2027-03-02T14:00',
      '2027-03-05T13:00 2027-03-05T14:00',
      '2027-03-06T13:00 2027-03-06T15:00',
      '2027-03-07T13:00 2027-03-07T16:00',
    ]);
  });

  it('counts what it passes over: cancelled, or leaving its owner free', () => {
    const text = calendar(
      ...vevent('DTSTART:20270302T130000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'),
      ...[
        'BEGIN:VEVENT',
        'UID:b',
        'DTSTART;VALUE=DATE:20270714',
        'TRANSP:TRANSPARENT',
        'END:VEVENT',
      ],
      ...['BEGIN:VEVENT', 'UID:c', 'DTSTART:20270302T130000Z', 'END:VEVENT'],
    );
    expect(readCalendar(text, window())).toEqual({
      intervals: [],
      ignored: { cancelled: 1, transparent: 1 },
    });
  });

  it('takes the last revision of an event', () => {
    const revision = (sequence: number, hour: string) =>
      vevent(`SEQUENCE:${sequence}`, `DTSTART:20270302T${hour}0000Z`, 'DURATION:PT1H');
    expect(starts([...revision(2, '14'), ...revision(0, '13')])).toEqual(['2027-03-02T14:00']);
    // A careless writer gives every event one UID.
    expect(starts([...revision(0, '14'), ...revision(0, '13')])).toHaveLength(2);
  });

  it('is taken up to the edges of the window, which are half-open', () => {
    const event = vevent('DTSTART:20270301T000000Z', 'DTEND:20270302T000000Z');
    expect(read(event, window('2027-03-02', '2027-03-03'))).toEqual([]);
    expect(read(event, window('2027-02-28', '2027-03-01'))).toEqual([]);
    expect(read(event, window('2027-03-01T23:59Z', '2027-03-03'))).toHaveLength(1);
    const week = vevent('DTSTART:20270222T000000Z', 'DURATION:P7D', 'RRULE:FREQ=MONTHLY');
    expect(read(week, window('2027-02-28', '2027-03-01'))).toEqual([
      '2027-02-22T00:00 2027-03-01T00:00',
    ]);
  });

  it('may have LF only, a byte order mark, and alarms and tasks that do not matter', () => {
    const text = calendar(
      'BEGIN:VTODO',
      'DTSTART:nonsense',
      'END:VTODO',
      ...vevent(
        'DTSTART:20270302T130000Z',
        'DTEND:20270302T140000Z',
        'BEGIN:VALARM',
        'DURATION:PT5M',
        'TRIGGER:-PT15M',
        'END:VALARM',
        'ATTENDEE;CN="O’Brien, A.":mailto:a@example.org',
      ),
    );
    expect(readCalendar(`\uFEFF${text.replaceAll('\r\n', '\n')}`, window()).intervals).toHaveLength(
      1,
    );
  });

  it('gives back what our own feed says, the nights of the clock change included', () => {
    const nights = ['2027-03-28', '2027-10-31'].flatMap((day) =>
      [-1, 0, 1, 2, 3].map((hour) => new Date(Date.parse(`${day}T00:30:00Z`) + hour * 3_600_000)),
    );
    const events = [paris, 'America/St_Johns', 'UTC'].flatMap((timeZone) =>
      nights.map((startsAt) => ({
        uid: `${timeZone} ${startsAt.toISOString()}`,
        sequence: 0,
        status: 'CONFIRMED' as const,
        startsAt,
        endsAt: new Date(startsAt.getTime() + 5_400_000),
        timeZone,
        summary: 'Fraiseuse, ÿ; 🪚',
        lastModified: startsAt,
      })),
    );
    const text = writeCalendar({ name: 'Lab', events, refreshInterval: 'PT1H' }, new Date(0));
    const expected = events
      .map(({ startsAt, endsAt, summary }) => ({ startsAt, endsAt, summary }))
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
    expect(readCalendar(text, window()).intervals).toEqual(expected);
  });
});
