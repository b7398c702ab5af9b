import { covers, openIntervals, subtract } from './opening-hours.rules.js';
import type { OpeningHours } from './opening-hours.rules.js';

const weekdays: OpeningHours = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'], opens: '09:00', closes: '18:00' },
];
const interval = (from: string, to: string) => ({ startsAt: new Date(from), endsAt: new Date(to) });
const texts = (intervals: { startsAt: Date; endsAt: Date }[]) =>
  intervals.map(({ startsAt, endsAt }) => [startsAt.toISOString(), endsAt.toISOString()]);

describe('opening hours', () => {
  it('follow the wall clock of the lab through the end of summer time', () => {
    const days: OpeningHours = [{ days: ['sat', 'sun', 'mon'], opens: '00:00', closes: '24:00' }];
    const open = openIntervals(
      days,
      'Europe/Paris',
      interval('2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z'),
    );
    // Saturday 24 hours, Sunday 25, Monday 24, joined.
    expect(texts(open)).toEqual([['2026-10-24T00:00:00.000Z', '2026-10-26T23:00:00.000Z']]);
    const shop = openIntervals(
      weekdays,
      'Europe/Paris',
      interval('2026-10-23T00:00:00Z', '2026-10-27T00:00:00Z'),
    );
    expect(texts(shop)).toEqual([
      ['2026-10-23T07:00:00.000Z', '2026-10-23T16:00:00.000Z'],
      ['2026-10-26T08:00:00.000Z', '2026-10-26T17:00:00.000Z'],
    ]);
  });

  it('may pass midnight', () => {
    const late: OpeningHours = [{ days: ['fri'], opens: '18:00', closes: '02:00' }];
    const open = openIntervals(
      late,
      'Europe/Paris',
      interval('2026-11-27T23:30:00Z', '2026-11-29T00:00:00Z'),
    );
    expect(texts(open)).toEqual([['2026-11-27T23:30:00.000Z', '2026-11-28T01:00:00.000Z']]);
  });

  it('stop for a closure', () => {
    const open = openIntervals(
      weekdays,
      'Europe/Paris',
      interval('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'),
      [interval('2026-11-23T11:00:00Z', '2026-11-23T13:00:00Z')],
    );
    expect(texts(open)).toEqual([
      ['2026-11-23T08:00:00.000Z', '2026-11-23T11:00:00.000Z'],
      ['2026-11-23T13:00:00.000Z', '2026-11-23T17:00:00.000Z'],
    ]);
  });

  it('are half-open: the end is not part of them', () => {
    const open = [interval('2026-11-23T08:00:00Z', '2026-11-23T17:00:00Z')];
    expect(covers(open, interval('2026-11-23T16:00:00Z', '2026-11-23T17:00:00Z'))).toBe(true);
    expect(covers(open, interval('2026-11-23T16:30:00Z', '2026-11-23T17:00:01Z'))).toBe(false);
    expect(subtract(open, open)).toEqual([]);
  });
});
