import { Temporal } from 'temporal-polyfill';
import { expandSeries } from './recurrence.rules.js';
import type { Series } from './recurrence.rules.js';
import { splitSeries } from './split-series.rules.js';

const wall = (text: string) => Temporal.PlainDateTime.from(text);
const evenings = (rule: string): Series => ({
  rule,
  first: { startsAt: wall('2027-03-02T18:00'), endsAt: wall('2027-03-02T20:00') },
  timeZone: 'Europe/Paris',
});
const starts = (series: Series | null | undefined) =>
  series && expandSeries(series).occurrences?.map(({ wall: { startsAt } }) => startsAt.toString());

describe('this and following', () => {
  it('ends the first part before the occurrence and begins the second with it', () => {
    const { before, following } = splitSeries(
      evenings('FREQ=WEEKLY;COUNT=8;BYDAY=TU'),
      wall('2027-03-30T18:00'),
    );
    expect(before?.rule).toBe('FREQ=WEEKLY;UNTIL=20270330T155959Z;BYDAY=TU');
    expect(following?.rule).toBe('FREQ=WEEKLY;COUNT=4;BYDAY=TU');
    expect(following?.first.endsAt.toString()).toBe('2027-03-30T20:00:00');
    expect(starts(before)).toHaveLength(4);
    expect(starts(following)?.[0]).toBe('2027-03-30T18:00:00');
    expect(starts(following)).toHaveLength(4);
  });

  it('keeps the UNTIL of the whole for the second part', () => {
    const { following } = splitSeries(
      evenings('FREQ=DAILY;UNTIL=20270310'),
      wall('2027-03-05T18:00'),
    );
    expect(following?.rule).toBe('FREQ=DAILY;UNTIL=20270310');
  });

  it('leaves nothing before the first occurrence', () => {
    const { before, following } = splitSeries(
      evenings('FREQ=DAILY;COUNT=3'),
      wall('2027-03-02T18:00'),
    );
    expect(before).toBeNull();
    expect(starts(following)).toHaveLength(3);
  });

  it('gives each part the cancelled occurrences that are its own', () => {
    const cancelled = [wall('2027-03-03T18:00'), wall('2027-03-05T18:00')];
    const { before, following } = splitSeries(
      { ...evenings('FREQ=DAILY;COUNT=5'), except: cancelled },
      wall('2027-03-05T18:00'),
    );
    expect(starts(before)).toEqual(['2027-03-02T18:00:00', '2027-03-04T18:00:00']);
    expect(starts(following)).toEqual(['2027-03-06T18:00:00']);
  });

  it('does not take a skipped occurrence from what COUNT has left', () => {
    const sundays: Series = {
      rule: 'FREQ=WEEKLY;COUNT=3',
      first: { startsAt: wall('2027-03-21T02:30'), endsAt: wall('2027-03-21T04:00') },
      timeZone: 'Europe/Paris',
    };
    expect(splitSeries(sundays, wall('2027-03-28T02:30')).following?.rule).toBe(
      'FREQ=WEEKLY;COUNT=2',
    );
    expect(splitSeries(sundays, wall('2027-04-04T02:30')).following?.rule).toBe(
      'FREQ=WEEKLY;COUNT=2',
    );
  });

  it('is refused where the series has no such occurrence, or is none', () => {
    expect(splitSeries(evenings('FREQ=DAILY;COUNT=3'), wall('2027-03-09T18:00')).refusal).toEqual({
      code: 'series.occurrence_unknown',
      facts: { date: '2027-03-09' },
    });
    expect(splitSeries(evenings('FREQ=DAILY'), wall('2027-03-02T18:00')).refusal?.code).toBe(
      'series.endless',
    );
  });
});
