import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { bookingDue } from '../../src/bookings/bookings.messages.js';
import { FileStore } from '../../src/jobs/file-store.js';
import { advanceJob } from '../../src/jobs/jobs.messages.js';
import type { JobState } from '../../src/jobs/job.states.js';
import { enqueue, planStep } from '../../src/platform/outbox/outbox.js';
import type { TestApp } from '../support/app.js';

export interface JobOptions {
  readonly memberId: string;
  readonly machineId: string;
  readonly state?: Extract<JobState, 'awaiting_approval' | 'queued'>;
  /** Seconds from now; the slot is an hour long. */
  readonly opensIn?: number;
}

const content = Buffer.from('G28\nG1 X10 Y10 F1500\n');

/** A job past its analysis, with a confirmed slot that is open now unless told otherwise. */
export async function queuedJob(app: TestApp, options: JobOptions): Promise<string> {
  const { memberId, machineId, state = 'queued', opensIn = -1 } = options;
  const [fileId, bookingId, jobId] = [uuid(), uuid(), uuid()];
  await app.nest.get(FileStore, { strict: false }).save(fileId, Readable.from([content]));
  await app.database.transaction(async (sql) => {
    await sql.run('INSERT INTO job_files (id, name, size, sha256) VALUES ($1, $2, $3, $4)', [
      fileId,
      'cube.gcode',
      content.length,
      createHash('sha256').update(content).digest('hex'),
    ]);
    await sql.run(
      `INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state)
       SELECT $1, $2, $3, s, s + interval '1 hour', tstzrange(s, s + interval '1 hour'), 'confirmed'
         FROM (SELECT now() + make_interval(secs => $4) AS s) AS slot`,
      [bookingId, machineId, memberId, opensIn],
    );
    await sql.run(
      `INSERT INTO jobs (id, lab_id, member_id, file_id, state, machine_type, booking_id, estimate)
       VALUES ($1, $2, $3, $4, $5, 'fdm_printer', $6, $7)`,
      [
        jobId,
        app.lab.id,
        memberId,
        fileId,
        state,
        bookingId,
        JSON.stringify({
          durationSeconds: 1_200,
          material: { type: 'PLA', massGrams: 3, lengthMm: 1_000, volumeMm3: 2_400 },
          confidence: 'high',
          source: 'slicer',
          slicer: null,
          layers: null,
          bounds: null,
        }),
      ],
    );
    await sql.run(`INSERT INTO job_history (job_id, state, actor_kind) VALUES ($1, $2, 'system')`, [
      jobId,
      state,
    ]);
    const opens = new Date(Date.now() + opensIn * 1_000);
    await planStep(sql, bookingDue, `step:booking:${bookingId}`, opens, { bookingId });
    await enqueue(sql, advanceJob, `job:${jobId}`, { jobId });
  });
  return jobId;
}
