import { day, dayOf, hour, instantOf, joined, minute, weekdayOf, without } from './wall.js';
import type { Span } from './wall.js';

/** Monday is 0; minutes of the day; one that closes before it opens does so on the next day. */
export interface Hours {
  readonly days: readonly number[];
  readonly opens: number;
  readonly closes: number;
}

/** The rules that hold for a machine, as the contract names them, in milliseconds. */
export interface Rules {
  readonly minDuration: number;
  readonly maxDuration: number;
  readonly granularity: number;
  readonly setup: number;
  readonly cleanup: number;
  readonly leadTime: number;
  readonly horizon: number;
  readonly approval: 'auto' | 'manager' | { readonly autoUnder: number };
  readonly cancelBefore: number;
  readonly maxActivePerMember: number | null;
  readonly weeklyQuota: number | null;
  readonly weeklyQuotaPerProject: number | null;
  readonly offerHold: number;
  readonly checkInGrace: number | null;
}

export interface Machine {
  readonly name: string;
  readonly type: 'fdm_printer' | 'laser_cutter' | 'cnc_mill';
  readonly rules: Rules;
  readonly hours: readonly Hours[] | 'always';
  readonly needsTraining: boolean;
}

const plain: Rules = {
  minDuration: 15 * minute,
  maxDuration: 8 * hour,
  granularity: 15 * minute,
  setup: 0,
  cleanup: 0,
  leadTime: 0,
  horizon: 90 * day,
  approval: 'auto',
  cancelBefore: 0,
  maxActivePerMember: null,
  weeklyQuota: null,
  weeklyQuotaPerProject: null,
  offerHold: 10 * minute,
  checkInGrace: 15 * minute,
};
const workdays = [0, 1, 2, 3, 4];

/** One with limits, its equal with a quota and clean-up, one that staff guard, one of the night. */
export const machines: readonly Machine[] = [
  {
    name: 'printer',
    type: 'fdm_printer',
    rules: { ...plain, maxActivePerMember: 3, horizon: 20 * day },
    hours: 'always',
    needsTraining: false,
  },
  {
    name: 'twin',
    type: 'fdm_printer',
    rules: {
      ...plain,
      granularity: 30 * minute,
      minDuration: 30 * minute,
      cleanup: 10 * minute,
      weeklyQuota: 6 * hour,
      checkInGrace: 10 * minute,
    },
    hours: [{ days: [0, 1, 2, 3, 4, 5, 6], opens: 6 * 60, closes: 24 * 60 }],
    needsTraining: false,
  },
  {
    name: 'laser',
    type: 'laser_cutter',
    rules: {
      ...plain,
      maxDuration: 4 * hour,
      setup: 5 * minute,
      cleanup: 10 * minute,
      approval: 'manager',
      cancelBefore: hour,
      offerHold: 20 * minute,
    },
    hours: [
      { days: workdays, opens: 8 * 60 + 10, closes: 12 * 60 },
      { days: [...workdays, 5], opens: 13 * 60, closes: 20 * 60 },
    ],
    needsTraining: true,
  },
  {
    name: 'mill',
    type: 'cnc_mill',
    rules: {
      ...plain,
      granularity: 2 * hour,
      minDuration: hour,
      maxDuration: 12 * hour,
      leadTime: hour,
      approval: { autoUnder: 4 * hour },
      weeklyQuotaPerProject: 10 * hour,
      checkInGrace: null,
    },
    hours: [{ days: [0, 1, 2, 3, 4, 5, 6], opens: 16 * 60, closes: 8 * 60 }],
    needsTraining: false,
  },
];

export function machineOf(name: string): Machine {
  const found = machines.find((machine) => machine.name === name);
  if (!found) throw new Error(`the model has no machine ${name}`);
  return found;
}

export interface Closure extends Span {
  /** Null: the whole lab. */
  readonly machine: string | null;
}

/** When the machine may be used, were nobody there. */
export function openSpans(
  { name, hours }: Machine,
  closures: readonly Closure[],
  within: Span,
): Span[] {
  const closed = closures.filter(({ machine }) => machine === null || machine === name);
  if (hours === 'always') return without([within], closed);
  const open: Span[] = [];
  for (let date = dayOf(within.from) - 1; date <= dayOf(within.to); date += 1) {
    for (const { days, opens, closes } of hours) {
      if (!days.includes(weekdayOf(date))) continue;
      const closing = closes > opens ? instantOf(date, closes) : instantOf(date + 1, closes);
      open.push({ from: instantOf(date, opens), to: closing });
    }
  }
  const outside = [
    { from: -Infinity, to: within.from },
    { from: within.to, to: Infinity },
  ];
  return without(joined(open), [...closed, ...outside]);
}
