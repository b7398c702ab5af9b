import { Temporal } from 'temporal-polyfill';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';

const paris = 'Europe/Paris';
const wall = (text: string) => Temporal.PlainDateTime.from(text);
const series = (rule: string, from: string, to: string, timeZone = paris): Series => ({
  rule,
  first: { startsAt: wall(from), endsAt: wall(to) },
  timeZone,
});
const expanded = (asked: Series) => {
  const { occurrences, refusal } = expandSeries(asked);
  if (refusal) throw new Error(refusal.code);
  return occurrences;
};
const refused = (rule: string, from = '2027-03-02T14:00', to = '2027-03-02T16:00') =>
  expandSeries(series(rule, from, to)).refusal;
const dates = (asked: Series) =>
  expanded(asked).map(({ wall: { startsAt } }) => startsAt.toPlainDate().toString());
const hours = (asked: Series) =>
  expanded(asked).map(({ interval }) =>
    interval ? (interval.endsAt.getTime() - interval.startsAt.getTime()) / 3_600_000 : null,
  );
const instants = (asked: Series) =>
  expanded(asked).map(
    ({ interval }) =>
      interval && `${interval.startsAt.toISOString()} ${interval.endsAt.toISOString()}`,
  );

describe('a series', () => {
  it('keeps the wall time of the lab when summer time begins', () => {
    expect(
      instants(series('FREQ=WEEKLY;COUNT=3;BYDAY=TU', '2027-03-16T14:00', '2027-03-16T16:00')),
    ).toEqual([
      '2027-03-16T13:00:00.000Z 2027-03-16T15:00:00.000Z',
      '2027-03-23T13:00:00.000Z 2027-03-23T15:00:00.000Z',
      '2027-03-30T12:00:00.000Z 2027-03-30T14:00:00.000Z',
    ]);
  });

  it('from 01:00 to 04:00 lasts two hours where the clock goes forward and four where it goes back', () => {
    const sundays = series(
      'FREQ=WEEKLY;UNTIL=20271107T000000Z;BYDAY=SU',
      '2027-03-21T01:00',
      '2027-03-21T04:00',
    );
    const lasting = new Map(dates(sundays).map((date, index) => [date, hours(sundays)[index]]));
    expect(lasting.get('2027-03-28')).toBe(2);
    expect(lasting.get('2027-10-31')).toBe(4);
    expect(new Set([...lasting.values()])).toEqual(new Set([2, 3, 4]));
    expect([...lasting.values()].filter((length) => length !== 3)).toHaveLength(2);
  });

  it('may pass midnight', () => {
    expect(instants(series('FREQ=DAILY;COUNT=2', '2027-03-27T22:00', '2027-03-28T04:00'))).toEqual([
      '2027-03-27T21:00:00.000Z 2027-03-28T02:00:00.000Z',
      '2027-03-28T20:00:00.000Z 2027-03-29T02:00:00.000Z',
    ]);
  });

  it('reports a start in the hour that the clock skips, and does not count it', () => {
    const sundays = series('FREQ=WEEKLY;COUNT=3', '2027-03-21T02:30', '2027-03-21T04:00');
    expect(dates(sundays)).toEqual(['2027-03-21', '2027-03-28', '2027-04-04', '2027-04-11']);
    expect(expanded(sundays).map(({ interval }) => interval !== null)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(expanded(sundays)[1]?.problems).toEqual([
      {
        code: 'booking.skipped_hour',
        overridable: false,
        facts: { date: '2027-03-28', time: '02:30' },
      },
    ]);
  });

  it('reports an end in the hour that the clock skips, and counts the start', () => {
    const sundays = series('FREQ=WEEKLY;COUNT=2', '2027-03-21T01:00', '2027-03-21T02:00');
    expect(expanded(sundays).map(({ interval }) => interval)).toEqual([expect.anything(), null]);
    expect(expanded(sundays)[1]?.problems.map(({ facts }) => facts['time'])).toEqual(['02:00']);
  });

  it('reports a first occurrence that the clock skips', () => {
    const sundays = series('FREQ=WEEKLY;COUNT=1', '2027-03-28T02:15', '2027-03-28T02:45');
    const [first, second] = expanded(sundays);
    expect(first?.problems.map(({ facts }) => facts['time'])).toEqual(['02:15', '02:45']);
    expect(second?.interval?.startsAt.toISOString()).toBe('2027-04-04T00:15:00.000Z');
  });

  it('takes the earlier instant of a doubled start and the later of a doubled end', () => {
    const daily = (from: string, to: string) => instants(series('FREQ=DAILY;COUNT=1', from, to));
    expect(daily('2027-10-31T02:30', '2027-10-31T05:00')).toEqual([
      '2027-10-31T00:30:00.000Z 2027-10-31T04:00:00.000Z',
    ]);
    expect(daily('2027-10-31T01:00', '2027-10-31T02:30')).toEqual([
      '2027-10-30T23:00:00.000Z 2027-10-31T01:30:00.000Z',
    ]);
  });

  it('keeps half-hour zones and their changes', () => {
    const stJohns = (from: string, to: string) =>
      hours(series('FREQ=DAILY;COUNT=1', from, to, 'America/St_Johns'));
    expect(stJohns('2027-03-14T01:00', '2027-03-14T04:00')).toEqual([2]);
    expect(stJohns('2027-11-07T00:30', '2027-11-07T03:30')).toEqual([4]);
    const lordHowe = series(
      'FREQ=DAILY;COUNT=1',
      '2027-10-03T01:00',
      '2027-10-03T04:00',
      'Australia/Lord_Howe',
    );
    expect(hours(lordHowe)).toEqual([2.5]);
  });

  it('reports each day that a zone left out of its calendar', () => {
    const days = series(
      'FREQ=DAILY;COUNT=2',
      '2011-12-29T10:00',
      '2011-12-29T12:00',
      'Pacific/Apia',
    );
    expect(dates(days)).toEqual(['2011-12-29', '2011-12-30', '2011-12-31']);
    expect(expanded(days)[1]?.problems[0]?.facts).toEqual({ date: '2011-12-30', time: '10:00' });
  });

  it.each([
    [
      'the 31st, in months that have one',
      'FREQ=MONTHLY;COUNT=4',
      '2027-01-31',
      '03-31 05-31 07-31',
    ],
    ['the last day', 'FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-1', '2027-01-31', '02-28 03-31 04-30'],
    ['the last Friday', 'FREQ=MONTHLY;COUNT=3;BYDAY=-1FR', '2027-01-29', '02-26 03-26'],
    [
      'the last working day',
      'FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      '2027-01-29',
      '02-26 03-31',
    ],
    [
      'every other week from Monday',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      '2027-08-03',
      '08-08 08-17 08-22',
    ],
    [
      'every other week from Sunday',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      '2027-08-03',
      '08-15 08-17 08-29',
    ],
  ])('falls on %s', (_name, rule, from, rest) => {
    const asked = series(rule, `${from}T09:00`, `${from}T10:00`);
    expect(dates(asked)).toEqual([from, ...rest.split(' ').map((day) => `2027-${day}`)]);
  });

  it('falls on leap days only where it began on one', () => {
    const leap = series('FREQ=YEARLY;COUNT=3', '2028-02-29T09:00', '2028-02-29T10:00');
    expect(dates(leap)).toEqual(['2028-02-29', '2032-02-29', '2036-02-29']);
  });

  it('ends with UNTIL, itself included: an instant, or a day of the lab', () => {
    const until = (text: string) =>
      dates(series(`FREQ=DAILY;UNTIL=${text}`, '2027-03-02T00:30', '2027-03-02T01:00'));
    expect(until('20270303T233000Z')).toEqual(['2027-03-02', '2027-03-03', '2027-03-04']);
    expect(until('20270303T232959Z')).toEqual(['2027-03-02', '2027-03-03']);
    expect(until('20270304')).toEqual(['2027-03-02', '2027-03-03', '2027-03-04']);
  });

  it('leaves out what was cancelled, and counts it', () => {
    const asked = series('FREQ=DAILY;COUNT=3', '2027-03-02T09:00', '2027-03-02T10:00');
    expect(dates({ ...asked, except: [wall('2027-03-03T09:00')] })).toEqual([
      '2027-03-02',
      '2027-03-04',
    ]);
  });
});

describe('no series', () => {
  it('is made of a rule without an end', () => {
    expect(refused('FREQ=DAILY')).toEqual({ code: 'series.endless', facts: {} });
  });

  it('has more than 200 occurrences or 20 years', () => {
    const tooLong = { code: 'series.too_long', facts: { occurrences: 200, years: 20 } };
    expect(refused('FREQ=DAILY;COUNT=201')).toEqual(tooLong);
    expect(refused('FREQ=DAILY;UNTIL=20270918')).toEqual(tooLong);
    expect(refused('FREQ=DAILY;UNTIL=99991231')).toEqual(tooLong);
    expect(refused('FREQ=YEARLY;COUNT=30')).toEqual(tooLong);
    expect(refused('FREQ=YEARLY;INTERVAL=999999999;COUNT=2')).toEqual(tooLong);
    expect(refused('FREQ=DAILY;BYMONTHDAY=2;BYMONTH=3;COUNT=200')).toEqual(tooLong);
    expect(
      expandSeries(series('FREQ=DAILY;COUNT=200', '2027-03-02T14:00', '2027-03-02T16:00'))
        .occurrences,
    ).toHaveLength(200);
    expect(
      expandSeries(series('FREQ=DAILY;UNTIL=20270917', '2027-03-02T14:00', '2027-03-02T16:00'))
        .occurrences,
    ).toHaveLength(200);
  });

  it.each([
    ['FREQ=HOURLY;COUNT=3', 'FREQ=HOURLY'],
    ['FREQ=SECONDLY;COUNT=3', 'FREQ=SECONDLY'],
    ['FREQ=DAILY;BYHOUR=9,14;COUNT=3', 'BYHOUR'],
    ['FREQ=YEARLY;BYYEARDAY=61;BYDAY=TU;COUNT=3', 'BYYEARDAY'],
    ['RSCALE=CHINESE;FREQ=YEARLY;COUNT=3', 'RSCALE=CHINESE'],
  ])('is made of %s', (rule, part) => {
    expect(refused(rule)).toEqual({ code: 'series.rule_unsupported', facts: { part } });
  });

  it('ends at a time without a zone', () => {
    expect(refused('FREQ=DAILY;UNTIL=20270305T140000')).toEqual({
      code: 'series.rule_malformed',
      facts: { part: 'UNTIL' },
    });
  });

  it('begins with an occurrence that its rule does not give', () => {
    const notIn = { code: 'series.first_not_in_rule', facts: { date: '2027-03-02' } };
    expect(refused('FREQ=WEEKLY;BYDAY=MO;COUNT=3')).toEqual(notIn);
    expect(refused('FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=3')).toEqual(notIn);
    expect(refused('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3')).toEqual(notIn);
    expect(refused('FREQ=WEEKLY;UNTIL=20270301')).toEqual(notIn);
  });

  it('ends before it begins', () => {
    expect(refused('FREQ=DAILY;COUNT=2', '2027-03-02T14:00', '2027-03-02T14:00')?.code).toBe(
      'booking.interval',
    );
  });
});
