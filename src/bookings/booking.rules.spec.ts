import type { MachineRules } from '../machines/machine-facts.js';
import {
  assessBooking,
  assessGivingUp,
  holdUntil,
  needsApproval,
  slotsIn,
} from './booking.rules.js';
import type { BookingFacts } from './booking.rules.js';

const rules: MachineRules = {
  minDuration: 900,
  maxDuration: 4 * 3_600,
  granularity: 900,
  setup: 0,
  cleanup: 0,
  leadTime: 3_600,
  horizon: 7 * 86_400,
  approval: 'auto',
  cancelBefore: 0,
  maxActivePerMember: 2,
  weeklyQuota: 5 * 3_600,
  weeklyQuotaPerProject: null,
  offerHold: 600,
  checkInGrace: 900,
};
const now = new Date('2026-11-23T09:07:00Z');
const interval = (from: string, to: string) => ({ startsAt: new Date(from), endsAt: new Date(to) });
const facts = (change: Partial<BookingFacts> = {}): BookingFacts => ({
  now,
  rules,
  timeZone: 'Europe/Paris',
  open: [interval('2026-11-01T00:00:00Z', '2027-01-01T00:00:00Z')],
  activeOfMember: 0,
  bookedThisWeek: 0,
  ...change,
});
const codes = (from: string, to: string, change: Partial<BookingFacts> = {}) =>
  assessBooking(interval(from, to), facts(change)).map(({ code }) => code);

describe('booking rules', () => {
  it('let a plain booking pass', () => {
    expect(codes('2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z')).toEqual([]);
  });

  it('let a walk-up begin inside the current granule, whatever the lead time', () => {
    expect(codes('2026-11-23T09:07:00Z', '2026-11-23T10:07:00Z')).toEqual([]);
    expect(codes('2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z')).toEqual([]);
  });

  it('refuse the past and say every other reason with it', () => {
    const found = codes('2026-11-23T08:00:01Z', '2026-11-23T14:00:00Z', {
      open: [],
      activeOfMember: 2,
    });
    expect(found).toEqual([
      'booking.in_past',
      'booking.too_long',
      'booking.not_aligned',
      'booking.lead_time',
      'booking.closed',
      'booking.too_many',
      'booking.weekly_quota',
    ]);
  });

  it('never let staff book the past', () => {
    const [first] = assessBooking(
      interval('2026-11-23T08:00:00Z', '2026-11-23T08:30:00Z'),
      facts(),
    );
    expect(first).toMatchObject({ code: 'booking.in_past', overridable: false });
  });

  it('hold an undecided request until its start, but two hours at least and never past its end', () => {
    const hold = (from: string, to: string) => holdUntil(interval(from, to), now).toISOString();
    expect(hold('2026-11-25T09:00:00Z', '2026-11-25T10:00:00Z')).toBe('2026-11-25T09:00:00.000Z');
    expect(hold('2026-11-23T09:15:00Z', '2026-11-23T13:00:00Z')).toBe('2026-11-23T11:07:00.000Z');
    expect(hold('2026-11-23T09:15:00Z', '2026-11-23T10:00:00Z')).toBe('2026-11-23T10:00:00.000Z');
  });
});

describe('approval', () => {
  it.each([
    ['auto', 240, false],
    ['manager', 15, true],
    [{ autoUnder: 7_200 }, 119, false],
    [{ autoUnder: 7_200 }, 120, true],
  ] as const)('%j of %i minutes', (approval, minutes, needed) => {
    const endsAt = new Date(now.getTime() + minutes * 60_000);
    expect(needsApproval({ ...rules, approval }, { startsAt: now, endsAt })).toBe(needed);
  });
});

describe('giving up a slot', () => {
  const slot = interval('2026-11-23T11:00:00Z', '2026-11-23T12:00:00Z');
  it('is free until the rule’s time before it, and refused after', () => {
    const given = (cancelBefore: number) =>
      assessGivingUp(slot, { now, rules: { ...rules, cancelBefore } }).map(({ code }) => code);
    expect(given(0)).toEqual([]);
    expect(given(113 * 60)).toEqual([]);
    expect(given(114 * 60)).toEqual(['booking.cancel_before']);
  });
});

describe('slots', () => {
  const grid = { granularity: 900, timeZone: 'Europe/Paris' };

  it('begin now where now is free, then on the grid', () => {
    const free = [interval('2026-11-23T08:50:00Z', '2026-11-23T10:30:00Z')];
    const slots = slotsIn(free, { seconds: 3_000, grid, now, limit: 10 });
    expect(slots.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2026-11-23T09:07:00.000Z',
      '2026-11-23T09:15:00.000Z',
      '2026-11-23T09:30:00.000Z',
    ]);
    expect(slots[0]?.endsAt.toISOString()).toBe('2026-11-23T10:07:00.000Z');
  });

  it('begin at the minute at which the machine becomes free, then on the grid', () => {
    const free = [interval('2026-11-23T11:02:20Z', '2026-11-23T12:00:00Z')];
    const slots = slotsIn(free, { seconds: 900, grid, now, limit: 2 });
    expect(slots.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2026-11-23T11:03:00.000Z',
      '2026-11-23T11:15:00.000Z',
    ]);
  });

  it('wait for the grid where only the question begins off it', () => {
    const from = new Date('2026-11-23T11:03:00Z');
    const free = [interval('2026-11-23T11:03:00Z', '2026-11-23T12:00:00Z')];
    const [first] = slotsIn(free, { seconds: 900, grid, now, limit: 1, from });
    expect(first?.startsAt.toISOString()).toBe('2026-11-23T11:15:00.000Z');
  });

  it('of an hour begin on the hour of the lab’s clocks, half an hour off those of UTC', () => {
    const free = [interval('2026-11-23T10:00:00Z', '2026-11-23T14:00:00Z')];
    const stJohns = { granularity: 3_600, timeZone: 'America/St_Johns' };
    const from = new Date('2026-11-23T10:00:00Z');
    const slots = slotsIn(free, { seconds: 3_600, grid: stJohns, now, limit: 2, from });
    expect(slots.map(({ startsAt }) => startsAt.toISOString())).toEqual([
      '2026-11-23T10:30:00.000Z',
      '2026-11-23T11:30:00.000Z',
    ]);
  });
});
