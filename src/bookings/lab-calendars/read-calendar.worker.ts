import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../../platform/problems/problem.js';
import { readCalendar } from '../calendars/icalendar-import.js';
import type { ReadAnswer, ReadQuestion } from './read-in-thread.js';

const { text, window } = workerData as ReadQuestion;
parentPort?.postMessage(answer());

/** An error loses its class between threads: a refusal goes as data. */
function answer(): ReadAnswer {
  try {
    return { calendar: readCalendar(text, window) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { refusal: { code: error.code, facts: error.facts } };
  }
}
