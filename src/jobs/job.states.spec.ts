import { endStates, jobStates, jobTransitions } from './job.states.js';
import type { JobState } from './job.states.js';

describe('job states', () => {
  const reachable = (from: JobState): Set<JobState> => {
    const seen = new Set<JobState>([from]);
    for (const state of seen) jobTransitions[state].forEach((next) => seen.add(next));
    return seen;
  };

  it('are all reachable from a fresh job', () => {
    expect([...reachable('analysing')].sort()).toEqual([...jobStates].sort());
  });

  it('can all come to an end', () => {
    for (const state of jobStates) {
      expect([...reachable(state)].some((next) => endStates.includes(next))).toBe(true);
    }
  });
});
