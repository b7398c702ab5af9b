import { Temporal } from 'temporal-polyfill';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';
import { shiftSeries } from './shift-series.rules.js';

const wall = (text: string) => Temporal.PlainDateTime.from(text);
const hours = (count: number) => Temporal.Duration.from({ hours: count });
const from = (rule: string, start = '2027-03-02T18:00'): Series => ({
  rule,
  first: { startsAt: wall(start), endsAt: wall(start).add({ hours: 2 }) },
  timeZone: 'Europe/Paris',
});
const starts = (series: Series | undefined) =>
  series && expandSeries(series).occurrences?.map(({ wall: { startsAt } }) => startsAt.toString());
const shifted = (series: Series, by: number, length = 2) =>
  shiftSeries(series, { shift: hours(by), length: hours(length) });

describe('a series that moves', () => {
  it('keeps its rule at another time of day, and may get another length', () => {
    const { series } = shifted(from('FREQ=WEEKLY;COUNT=3;BYDAY=TU'), -1, 3);
    expect(series?.rule).toBe('FREQ=WEEKLY;COUNT=3;BYDAY=TU');
    expect(series?.first.startsAt.toString()).toBe('2027-03-02T17:00:00');
    expect(series?.first.endsAt.toString()).toBe('2027-03-02T20:00:00');
  });

  it.each([
    ['FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH', 24, 'FREQ=WEEKLY;COUNT=4;BYDAY=WE,FR'],
    ['FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH', -7, 'FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH'],
    ['FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH', 7, 'FREQ=WEEKLY;COUNT=4;BYDAY=WE,FR'],
    ['FREQ=WEEKLY;COUNT=4;BYDAY=TU,SU', 24, 'FREQ=WEEKLY;COUNT=4;BYDAY=WE,MO'],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=5;BYDAY=TU,SU',
      24,
      'FREQ=WEEKLY;INTERVAL=2;COUNT=5;WKST=TU;BYDAY=WE,MO',
    ],
    ['FREQ=DAILY;INTERVAL=3;COUNT=5', -48, 'FREQ=DAILY;INTERVAL=3;COUNT=5'],
    ['FREQ=DAILY;UNTIL=20270310', 24, 'FREQ=DAILY;UNTIL=20270311'],
    ['FREQ=DAILY;UNTIL=20270310T170000Z', 1, 'FREQ=DAILY;UNTIL=20270310T180000Z'],
    ['FREQ=MONTHLY;COUNT=4', 24, 'FREQ=MONTHLY;COUNT=4'],
  ])('by the rule %s, by %d hours: its weekdays turn with it', (rule, by, turned) => {
    const asked = from(rule);
    const { series } = shifted(asked, by);
    expect(series?.rule).toBe(turned);
    expect(starts(series)).toEqual(
      starts(asked)?.map((start) => wall(start).add(hours(by)).toString()),
    );
  });

  it.each([
    ['FREQ=MONTHLY;COUNT=12;BYDAY=1TU', '2027-03-02T18:00'],
    ['FREQ=MONTHLY;COUNT=3;BYMONTHDAY=2', '2027-03-02T18:00'],
    ['FREQ=MONTHLY;COUNT=3', '2027-01-31T18:00'],
    ['FREQ=DAILY;BYMONTH=3;COUNT=60', '2027-03-02T18:00'],
  ])('to another day, not by the rule %s', (rule, start) => {
    expect(shifted(from(rule, start), 24).refusal).toEqual({
      code: 'series.day_fixed',
      facts: { rule },
    });
    expect(shifted(from(rule, start), 1).refusal).toBeUndefined();
  });

  it('into and out of an hour that the clock skips, keeping its days', () => {
    const sundays = from('FREQ=WEEKLY;COUNT=3', '2027-03-21T02:30');
    const later = shifted(sundays, 1).series;
    expect(later?.rule).toBe('FREQ=WEEKLY;COUNT=4');
    expect(later && shifted(later, -1).series?.rule).toBe('FREQ=WEEKLY;COUNT=3');
  });

  it('is refused without a length', () => {
    expect(shifted(from('FREQ=DAILY;COUNT=2'), 0, 0).refusal?.code).toBe('booking.interval');
  });
});
