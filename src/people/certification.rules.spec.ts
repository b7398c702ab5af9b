import { certifiedThroughout, lastDay } from './certification.rules.js';

const until = (day: string | null) => [{ from: '2026-01-01', until: day }];
const at = (startsAt: string, endsAt: string) => ({
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});
const paris = 'Europe/Paris';

describe('a certification until 31 December', () => {
  it('holds on that day, and not on 2 January, whenever one asks', () => {
    const valid = until('2026-12-31');
    const lastOfYear = at('2026-12-31T10:00:00Z', '2026-12-31T12:00:00Z');
    expect(certifiedThroughout(valid, paris, lastOfYear)).toBe(true);
    const january = at('2027-01-02T10:00:00Z', '2027-01-02T12:00:00Z');
    expect(certifiedThroughout(valid, paris, january)).toBe(false);
  });

  it('ends at midnight of the lab, which is not everybody’s', () => {
    const lateInParis = at('2026-12-31T22:00:00Z', '2026-12-31T23:00:00Z');
    expect(certifiedThroughout(until('2026-12-31'), paris, lateInParis)).toBe(true);
    expect(certifiedThroughout(until('2026-12-31'), 'Pacific/Auckland', lateInParis)).toBe(false);
    const past = at('2026-12-31T22:30:00Z', '2026-12-31T23:30:00Z');
    expect(certifiedThroughout(until('2026-12-31'), paris, past)).toBe(false);
    expect(certifiedThroughout(until('2026-12-31'), 'America/St_Johns', past)).toBe(true);
  });

  it('may be followed by another, without a day between', () => {
    const night = at('2026-12-31T20:00:00Z', '2027-01-01T04:00:00Z');
    const next = (from: string) => [...until('2026-12-31'), { from, until: null }];
    expect(certifiedThroughout(next('2027-01-01'), paris, night)).toBe(true);
    expect(certifiedThroughout(next('2027-01-02'), paris, night)).toBe(false);
  });

  it('does not hold before its first day; without an end it always does after it', () => {
    const before = at('2025-12-31T10:00:00Z', '2025-12-31T11:00:00Z');
    expect(certifiedThroughout(until(null), paris, before)).toBe(false);
    const far = at('2099-01-01T10:00:00Z', '2099-01-01T11:00:00Z');
    expect(certifiedThroughout(until(null), paris, far)).toBe(true);
    expect(certifiedThroughout([], paris, far)).toBe(false);
  });
});

it('a year from 1 January ends on 31 December; a month from 31 January with February', () => {
  expect(lastDay('2026-01-01', 'P1Y')).toBe('2026-12-31');
  expect(lastDay('2026-01-31', 'P1M')).toBe('2026-02-27');
  expect(lastDay('2026-01-31', null)).toBeNull();
});
