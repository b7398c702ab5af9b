import type { Sql } from '../platform/database/database.js';
import type { CommandState } from '../machines/command.states.js';
import type { GateFacts, RunFacts } from './dispatch.rules.js';
import type { DispatchState } from './dispatch.entity.js';
import type { JobState } from './job.states.js';

/** Everything that decides what happens next to a job, read in one statement. */
export interface Situation {
  readonly jobId: string;
  readonly state: JobState;
  readonly lab: string;
  readonly fileId: string;
  readonly fileSize: number;
  readonly sha256: string;
  readonly bookingId: string | null;
  readonly bookingState: string | null;
  /** Where the slot is, and where the dispatch is once there is one. */
  readonly machineId: string | null;
  readonly dispatchId: string | null;
  readonly dispatchState: DispatchState | null;
  readonly begun: boolean;
  /** The last one asked for. */
  readonly cancel: CommandFacts | null;
  readonly prepare: CommandFacts | null;
  readonly start: (CommandFacts & { readonly id: string }) | null;
  readonly gates: GateFacts;
  readonly observed: RunFacts['observed'];
}

export interface CommandFacts {
  readonly state: CommandState;
  readonly error: string | null;
  /** Its time is over, with room for the answer to arrive. */
  readonly overdue: boolean;
}

interface Row {
  jobId: string;
  state: JobState;
  lab: string;
  fileId: string;
  fileSize: string;
  sha256: string;
  bookingId: string | null;
  bookingState: string | null;
  opened: boolean | null;
  over: boolean | null;
  machineId: string | null;
  startPolicy: 'remote' | 'operator' | null;
  bedClear: boolean | null;
  taken: boolean;
  dispatchId: string | null;
  dispatchState: DispatchState | null;
  startedBy: string | null;
  begun: boolean | null;
  cancel: CommandFacts | null;
  prepare: CommandFacts | null;
  start: (CommandFacts & { id: string }) | null;
  connection: 'online' | 'offline' | 'stale' | null;
  observedState: string | null;
  commandId: string | null;
  progress: number | null;
  observedError: string | null;
}

/** Seconds an answer may come after the command's own end: clocks and brokers differ a little. */
const graceSeconds = 15;

const commandJson = (type: string) => `
  (SELECT json_build_object('id', c.id, 'state', c.state, 'error', c.error,
                            'overdue', c.expires_at + interval '${graceSeconds} seconds' < now())
     FROM commands c WHERE c.dispatch_id = d.id AND c.type = '${type}' ORDER BY c.id DESC LIMIT 1)`;

const situationSql = `
  SELECT j.id AS "jobId", j.state, l.slug AS lab, f.id AS "fileId", f.size AS "fileSize", f.sha256,
         b.id AS "bookingId", b.state AS "bookingState",
         b.starts_at <= now() AS opened, b.ends_at <= now() AS over,
         m.id AS "machineId", m.start_policy AS "startPolicy",
         (m.bed_job_id IS NULL OR m.bed_job_id = j.id) AS "bedClear",
         EXISTS (SELECT 1 FROM dispatches other WHERE other.machine_id = m.id
                   AND other.state <> 'ended' AND other.job_id <> j.id) AS taken,
         d.id AS "dispatchId", d.state AS "dispatchState", d.started_by AS "startedBy",
         d.started_at IS NOT NULL AS begun,
         ${commandJson('prepare')} AS prepare, ${commandJson('start')} AS start,
         ${commandJson('cancel')} AS cancel,
         o.connection, o.state AS "observedState", o.command_id AS "commandId", o.progress,
         o.error AS "observedError"
    FROM jobs j JOIN labs l ON l.id = j.lab_id JOIN job_files f ON f.id = j.file_id
    LEFT JOIN bookings b ON b.id = j.booking_id
    LEFT JOIN dispatches d ON d.job_id = j.id AND d.state <> 'ended'
    LEFT JOIN machines m ON m.id = coalesce(d.machine_id, b.machine_id)
    LEFT JOIN machine_observations o ON o.machine_id = m.id`;

/** Locks the job, so that two messages about it take turns. */
export async function lockedSituation(sql: Sql, jobId: string): Promise<Situation | null> {
  const locked = await sql.row('SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE', [jobId]);
  if (!locked) return null;
  const row = await sql.row<Row>(`${situationSql} WHERE j.id = $1`, [jobId]);
  return row ? situationOf(row) : null;
}

export async function situations(
  sql: Sql,
  jobIds: readonly string[],
): Promise<Map<string, Situation>> {
  const rows = await sql.rows<Row>(`${situationSql} WHERE j.id = ANY($1)`, [jobIds]);
  return new Map(rows.map((row) => [row.jobId, situationOf(row)]));
}

function situationOf(row: Row): Situation {
  const held = row.bookingState === 'confirmed' || row.bookingState === 'checked_in';
  return {
    jobId: row.jobId,
    state: row.state,
    lab: row.lab,
    fileId: row.fileId,
    fileSize: Number(row.fileSize),
    sha256: row.sha256,
    bookingId: row.bookingId,
    bookingState: row.bookingState,
    machineId: row.machineId,
    dispatchId: row.dispatchId,
    dispatchState: row.dispatchState,
    begun: row.begun ?? false,
    cancel: row.cancel,
    prepare: row.prepare,
    start: row.start,
    observed:
      row.connection === null || row.observedState === null
        ? null
        : {
            connection: row.connection,
            state: row.observedState,
            commandId: row.commandId,
            progress: row.progress,
            error: row.observedError,
          },
    gates: {
      state: row.state,
      slot:
        row.bookingId === null ? null : { held, opened: row.opened === true && row.over === false },
      machine:
        row.machineId === null || row.startPolicy === null
          ? null
          : {
              connection: row.connection ?? 'offline',
              state: row.observedState ?? 'unknown',
              startPolicy: row.startPolicy,
              bedClear: row.bedClear ?? false,
              taken: row.taken,
            },
      startAsked: row.startedBy !== null,
    },
  };
}
