import { Inject, Injectable } from '@nestjs/common';
import { bySystem } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Log } from '../platform/logging/log.js';
import { HandlesMessage } from '../platform/queue/message-handlers.js';
import { LOG } from '../platform/tokens.js';
import type { FileAnalysis } from './analysis/analysis.js';
import { AnalysisFailed, runAnalysis } from './analysis/run-analysis.js';
import type { JobCheck, JobEstimate } from './estimate.js';
import { FileStore } from './file-store.js';
import { analyseJob } from './jobs.messages.js';
import { moveJob } from './move-job.js';

/** Reads the file in a worker thread and writes what was found; a second reading changes nothing. */
@Injectable()
export class AnalyseJob {
  constructor(
    private readonly database: Database,
    private readonly files: FileStore,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @HandlesMessage(analyseJob)
  async onAnalyse({ jobId }: { jobId: string }): Promise<void> {
    const job = await this.database.row<{ fileId: string }>(
      `SELECT file_id AS "fileId" FROM jobs WHERE id = $1 AND state = 'analysing'`,
      [jobId],
    );
    if (!job) return;
    const analysis = await this.analyse(job.fileId);
    await this.database.transaction(async (sql) => {
      await sql.run(
        `UPDATE jobs SET estimate = $2, checks = $3, machine_type = coalesce(machine_type, $4),
                material = coalesce(material, $5)
          WHERE id = $1 AND state = 'analysing'`,
        [
          jobId,
          JSON.stringify(analysis.estimate),
          JSON.stringify(analysis.checks),
          analysis.machineType,
          analysis.estimate?.material.type ?? null,
        ],
      );
      await sql.run(
        'UPDATE job_files SET format = $2, thumbnail = $3, thumbnail_type = $4 WHERE id = $1',
        [
          job.fileId,
          analysis.format,
          analysis.thumbnail?.data ?? null,
          analysis.thumbnail?.mime ?? null,
        ],
      );
      const refusal = analysis.checks.find(({ level }) => level === 'refusal');
      const to = refusal ? 'refused' : 'awaiting_approval';
      await moveJob(sql, jobId, to, bySystem, refusal?.message.fr ?? null);
    });
  }

  /** Work a lost queue forgot; asking again is harmless. */
  async recover(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      `SELECT id FROM jobs WHERE state = 'analysing' AND created_at < now() - interval '5 minutes'`,
    );
    return rows.map(({ id }) => id);
  }

  private async analyse(fileId: string): Promise<Found> {
    try {
      return found(await runAnalysis(this.files.pathOf(fileId)));
    } catch (error) {
      if (!(error instanceof AnalysisFailed)) throw error;
      this.log.warn({ fileId, reason: error.reason }, 'analysis gave up on a file');
      return {
        estimate: null,
        checks: [unreadable],
        machineType: null,
        format: 'unknown',
        thumbnail: null,
      };
    }
  }
}

interface Found {
  readonly estimate: JobEstimate | null;
  readonly checks: readonly JobCheck[];
  readonly machineType: string | null;
  readonly format: string;
  readonly thumbnail: FileAnalysis['thumbnail'];
}

const unreadable: JobCheck = {
  code: 'file.unreadable',
  level: 'refusal',
  message: {
    fr: 'Le fichier n’a pas pu être lu jusqu’au bout. Exportez-le à nouveau depuis le trancheur.',
    en: 'The file could not be read to its end. Export it from the slicer again.',
  },
};

const noDuration: JobCheck = {
  code: 'file.no_duration',
  level: 'refusal',
  message: {
    fr: 'La durée n’a pas pu être calculée. Exportez le fichier à nouveau depuis le trancheur.',
    en: 'The duration could not be worked out. Export the file from the slicer again.',
  },
};

function found(analysis: FileAnalysis): Found {
  const { durationSeconds, slicer, checks } = analysis;
  const usable = durationSeconds !== null && durationSeconds > 0;
  const refused = checks.some(({ level }) => level === 'refusal');
  return {
    estimate: usable
      ? {
          durationSeconds,
          material: analysis.material,
          confidence: analysis.confidence,
          source: analysis.source,
          slicer: slicer ? [slicer.name, slicer.version].filter(Boolean).join(' ') : null,
          layers: analysis.layers,
          bounds: analysis.bounds,
        }
      : null,
    checks: usable || refused ? checks : [...checks, noDuration],
    machineType: analysis.machineType,
    format: analysis.format,
    thumbnail: analysis.thumbnail,
  };
}
