import { Worker } from 'node:worker_threads';
import type { FileAnalysis } from './analysis.js';

export class AnalysisFailed extends Error {
  constructor(
    readonly reason: 'timeout' | 'memory' | 'crash',
    detail?: string,
  ) {
    super(`the analysis ended by ${reason}${detail ? `: ${detail}` : ''}`);
  }
}

const defaults = { timeoutMs: 120_000, memoryMb: 128 };

/**
 * Reads a file in a thread of its own with bounded time and memory, so that no file holds up
 * the process, whatever is in it.
 * @throws AnalysisFailed
 */
export async function runAnalysis(
  path: string,
  options: Partial<typeof defaults> = {},
): Promise<FileAnalysis> {
  const { timeoutMs, memoryMb } = { ...defaults, ...options };
  const worker = new Worker(new URL('./analysis.worker.js', import.meta.url), {
    workerData: { path },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<FileAnalysis>((resolve, reject) => {
      timer = setTimeout(() => reject(new AnalysisFailed('timeout')), timeoutMs);
      worker.on('message', resolve);
      worker.on('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
        reject(new AnalysisFailed(reason, error.message));
      });
      worker.on('exit', () => reject(new AnalysisFailed('crash', 'no answer')));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
