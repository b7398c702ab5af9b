import { openIntervals } from '../machines/opening-hours.rules.js';
import type { OpeningHours } from '../machines/opening-hours.rules.js';
import { openTime } from './open-time.js';

const at = (text: string) => new Date(text);
const byDay: OpeningHours = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'], opens: '09:00', closes: '19:00' },
];
const byNight: OpeningHours = [{ days: ['fri', 'sat', 'sun'], opens: '20:00', closes: '06:00' }];
const always: OpeningHours = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], opens: '00:00', closes: '24:00' },
];

describe('open time', () => {
  const closures = [{ startsAt: at('2026-10-27T10:00Z'), endsAt: at('2026-10-28T12:00Z') }];
  const windows = [
    ['a part of one day', '2026-10-26T09:15Z', '2026-10-26T11:45Z'],
    ['weeks across the end of summer time', '2026-10-19T13:07Z', '2026-11-16T08:00Z'],
    ['weeks across its beginning', '2026-03-20T00:00Z', '2026-04-10T23:00Z'],
  ] as const;
  for (const [what, from, to] of windows) {
    for (const [name, hours] of Object.entries({ byDay, byNight, always })) {
      for (const timeZone of ['Europe/Paris', 'America/St_Johns', 'Pacific/Auckland']) {
        it(`is what the rules say for ${what}, hours ${name}, in ${timeZone}, asked twice`, () => {
          const within = { startsAt: at(from), endsAt: at(to) };
          const expected = openIntervals(hours, timeZone, within, closures);
          expect(openTime(hours, timeZone, within, closures)).toEqual(expected);
          expect(openTime(hours, timeZone, within, closures)).toEqual(expected);
        });
      }
    }
  }

  it('keeps the hours of one lab from those of another', () => {
    const within = { startsAt: at('2026-11-23T00:00Z'), endsAt: at('2026-11-24T00:00Z') };
    openTime(byDay, 'Europe/Paris', within);
    expect(openTime(byDay, 'Europe/London', within)).toEqual([
      { startsAt: at('2026-11-23T09:00Z'), endsAt: at('2026-11-23T19:00Z') },
    ]);
    expect(openTime(always, 'Europe/Paris', within)).toEqual([within]);
  });

  it('is all of the time around the clock, but for closures', () => {
    const within = { startsAt: at('2026-10-27T00:00Z'), endsAt: at('2026-10-29T00:00Z') };
    expect(openTime('around_the_clock', 'Europe/Paris', within, closures)).toEqual([
      { startsAt: at('2026-10-27T00:00Z'), endsAt: at('2026-10-27T10:00Z') },
      { startsAt: at('2026-10-28T12:00Z'), endsAt: at('2026-10-29T00:00Z') },
    ]);
  });
});
