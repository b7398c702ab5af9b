import type { Machine } from '../api/types';
import { secondsOf } from '../format';
import type { Grid } from './ghost';

const usualStep = 900;

/** The steps in which the machine is booked. */
export function gridOf({ rules }: Machine, zone: string): Grid {
  return { step: (secondsOf(rules.granularity) || usualStep) * 1_000, zone };
}

/** Whether a manager has to say yes to a booking of that many seconds. */
export function needsApproval({ approval }: Machine['rules'], seconds: number): boolean {
  if (typeof approval === 'object') return seconds >= secondsOf(approval.autoUnder);
  return approval === 'manager';
}

/** As many as one can choose from. */
const mostDurations = 48;

/** Seconds, in the machine's own steps; a long range is thinned to a list one can read. */
export function durationsOf({ rules }: Machine): number[] {
  const step = secondsOf(rules.granularity) || usualStep;
  const shortest = Math.max(step, secondsOf(rules.minDuration));
  const longest = secondsOf(rules.maxDuration) || shortest;
  const all: number[] = [];
  for (let value = shortest; value <= longest;) {
    all.push(value);
    value += value < 7_200 ? step : Math.max(step, value < 28_800 ? 1_800 : 3_600);
  }
  return all.slice(0, mostDurations);
}
