import { defineMessage } from '../platform/queue/message.js';

/** Read the file, outside the HTTP process's event loop. */
export const analyseJob = defineMessage<{ jobId: string }>('job.analyse', 'analysis');

/** Something changed that may move the job: look at everything again. Safe to repeat. */
export const advanceJob = defineMessage<{ jobId: string }>('job.advance', 'flow');
