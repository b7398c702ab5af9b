import { Worker } from 'node:worker_threads';
import { DomainError } from '../../platform/problems/problem.js';
import { tooLarge } from '../calendars/calendar-refusal.js';
import '../calendars/calendars.problems.js';
import type { ImportWindow, ImportedCalendar } from '../calendars/icalendar-import.js';

export interface ReadQuestion {
  readonly text: string;
  readonly window: ImportWindow;
}

export interface ReadAnswer {
  readonly calendar?: ImportedCalendar;
  readonly refusal?: { readonly code: string; readonly facts: Readonly<Record<string, unknown>> };
}

/** A file that keeps to `importLimits` needs a few seconds and a few dozen MB at most. */
const limits = { ms: 30_000, memoryMb: 256 };

/**
 * `readCalendar` in a thread of its own, with bounded time and memory: whatever is in the file,
 * nobody else waits for it. @throws calendar.malformed, calendar.too_large
 */
export async function readInThread(question: ReadQuestion): Promise<ImportedCalendar> {
  const worker = new Worker(new URL('./read-calendar.worker.js', import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const { calendar, refusal } = await new Promise<ReadAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(tooLarge('work')), limits.ms);
      worker.on('message', resolve);
      worker.on('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge('work') : error),
      );
      worker.on('exit', () => reject(new Error('the thread that reads a calendar gave no answer')));
    });
    if (calendar) return calendar;
    throw new DomainError(refusal?.code ?? 'service.fault', refusal?.facts);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
