import type { Driver, HttpAnswer, StartedRun } from '../../../src/machines/drivers/driver.js';

/** One thing that happens to a driver. */
export type Step =
  | { readonly say: string; readonly as: string; readonly retained?: boolean }
  /** The answer to an enquiry. */
  | { readonly answer: HttpAnswer };

/**
 * What a controller of one family says when. The suite puts these together to stories that hold
 * for every family, whatever it speaks. Each is asked for anew: a counter may rise in it.
 */
export interface Family {
  readonly driver: Driver;
  readonly config: unknown;
  /** The run that the stories are about. */
  readonly run: StartedRun;

  comesUp(): Step[];
  /** Our run under way. */
  runs(progress: number): Step[];
  pauses(progress: number): Step[];
  completes(): Step[];
  isCancelled(progress: number): Step[];
  fails(progress: number, reason: string): Step[];
  /** Somebody's file that is not ours. */
  runsAnother(progress: number): Step[];
  completesAnother(): Step[];
  /** All at once, as a broker gives it to whoever subscribes anew in mid-run. */
  retainedInMidRun(progress: number): Step[];
  /** What lies at a broker since an older run was completed. */
  retainedOldEnd(): Step[];
  /** The controller, and not the machine, is switched off and on in mid-run. */
  restartsInMidRun(progress: number): { steps: Step[]; then: 'running' | 'unknown' };
  /** The broker speaks its last will. */
  isLost(): Step[];

  /** What is no message of this family, though it looks like one. */
  readonly malformed: readonly (readonly [topic: string, payload: string])[];
  /** Sound messages that tell a state, with the path to a value that must not be anything else. */
  readonly vital: readonly (readonly [topic: string, message: object, path: readonly string[]])[];
}
