import type { Report, RunState, StartedRun, Temperatures } from '../driver.js';

/**
 * For controllers that know files and not commands: which of the things they say are about the
 * run that we began. The name of the file tells, and that it was seen to begin after our start.
 */

/** What a controller says at one moment, in words that all families have in common. */
export interface Word {
  readonly doing: RunState;
  /** The file it speaks of: under way, or last. */
  readonly file: string | null;
  /** How that file's run ended, where it says so. */
  readonly ended: 'completed' | 'cancelled' | 'failed' | null;
  readonly progress: number | null;
  readonly remaining: number | null;
  readonly temperatures: Temperatures | null;
  readonly error: string | null;
}

export interface RunStory {
  readonly run: StartedRun | null;
  /** The word on our file was out before the start: the end it tells is that of a run before. */
  readonly toldBefore: boolean;
  readonly begun: boolean;
  /** What became of the run stays said until nobody waits for it any more. */
  readonly end: {
    readonly state: 'idle' | 'error';
    readonly progress: number | null;
    readonly error: string | null;
  } | null;
}

export const noStory: RunStory = { run: null, toldBefore: false, begun: false, end: null };

/** Short of the end, whatever was rounded: 1 is for a run that was finished. */
const mostUnfinished = 0.999;

/** @param last the word that holds now, if there is one */
export function expected(story: RunStory, run: StartedRun | null, last: Word | null): RunStory {
  if (run?.commandId === story.run?.commandId) return story;
  if (!run) return noStory;
  return { ...noStory, run, toldBefore: last?.file === run.file && last.ended !== null };
}

export function followed(story: RunStory, word: Word): RunStory {
  if (!isOwn(story, word)) return story;
  if (word.ended) {
    if (story.toldBefore) return story;
    return { ...story, begun: true, end: endOf(word) };
  }
  if (word.doing === 'running' || word.doing === 'paused') {
    return story.begun && !story.toldBefore ? story : { ...story, begun: true, toldBefore: false };
  }
  if (word.doing === 'error' && story.begun) return { ...story, end: endOf(word) };
  return story;
}

/** @param story after it has followed the word */
export function reportOf(story: RunStory, word: Word): Extract<Report, { kind: 'state' }> {
  const { run, end, begun } = story;
  const said = {
    kind: 'state',
    sessionId: null,
    seq: null,
    temperatures: word.temperatures,
  } as const;
  if (run && end && !isBusy(word)) {
    return { ...said, ...end, commandId: run.commandId, jobId: run.jobId, remaining: null };
  }
  const { doing: state, error } = word;
  if (run && begun && isOwn(story, word) && isBusy(word)) {
    const { commandId, jobId } = run;
    const progress = unfinished(word.progress);
    return { ...said, state, commandId, jobId, progress, remaining: word.remaining, error };
  }
  const progress = isBusy(word) ? unfinished(word.progress) : null;
  const { remaining } = word;
  return { ...said, state, commandId: null, jobId: null, progress, remaining, error };
}

/** Whether something other than that file is under way: a command for it would hit the other. */
export function runsAnother(word: Word | null, file: string): boolean {
  return word !== null && isBusy(word) && word.file !== file;
}

/** Once it has ended, the same file anew is somebody else's run. */
function isOwn({ run, end }: RunStory, { file }: Word): boolean {
  return run !== null && end === null && file === run.file;
}

function isBusy({ doing }: Word): boolean {
  return doing === 'running' || doing === 'paused' || doing === 'attention';
}

function endOf({ ended, progress, error }: Word): NonNullable<RunStory['end']> {
  switch (ended) {
    case 'completed':
      return { state: 'idle', progress: 1, error: null };
    case 'cancelled':
      return { state: 'idle', progress: unfinished(progress), error: null };
    default:
      return { state: 'error', progress: unfinished(progress), error };
  }
}

function unfinished(progress: number | null): number | null {
  return progress === null ? null : Math.max(0, Math.min(progress, mostUnfinished));
}
