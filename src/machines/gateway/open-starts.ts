import type { Database } from '../../platform/database/database.js';
import { runFile } from '../drivers/driver.js';
import type { StartedRun } from '../drivers/driver.js';

/** The start that each machine was sent last, as long as somebody waits for what comes of it. */
export async function openStarts(database: Database): Promise<Map<string, StartedRun>> {
  const rows = await database.rows<{
    machineId: string;
    commandId: string;
    jobId: string;
    dispatchId: string;
  }>(
    `SELECT DISTINCT ON (machine_id) machine_id AS "machineId", id AS "commandId",
            job_id AS "jobId", dispatch_id AS "dispatchId"
       FROM commands
      WHERE type = 'start' AND state IN ('sent', 'accepted') AND settled_at IS NULL
        AND job_id IS NOT NULL AND dispatch_id IS NOT NULL
      ORDER BY machine_id, id DESC`,
  );
  return new Map(
    rows.map(({ machineId, commandId, jobId, dispatchId }) => [
      machineId,
      { commandId, jobId, file: runFile(jobId, dispatchId) },
    ]),
  );
}
