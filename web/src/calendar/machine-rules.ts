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
