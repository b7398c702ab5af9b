import { Injectable } from '@nestjs/common';
import type { BookingState } from '../bookings/booking.states.js';
import { Catalogue } from '../machines/catalogue.js';
import type { MachineType } from '../machines/machine-facts.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import { durationText } from '../platform/problems/fields.js';
import type { Language } from '../platform/problems/problem.js';
import { blockers } from './dispatch.rules.js';
import type { DispatchState } from './dispatch.entity.js';
import type { JobCheck, JobEstimate } from './estimate.js';
import { situations } from './job-situation.js';
import type { Situation } from './job-situation.js';
import type { JobState } from './job.states.js';
import type { DispatchDto, EstimateDto, JobDto, JobHistoryDto } from './jobs.dto.js';

export interface JobRow {
  id: string;
  memberId: string;
  memberName: string;
  state: JobState;
  machineType: MachineType | null;
  machineId: string | null;
  estimate: JobEstimate | null;
  checks: JobCheck[];
  notes: string | null;
  copies: number;
  reason: string | null;
  createdAt: Date;
  fileName: string;
  fileSize: string;
  sha256: string;
  format: string | null;
  hasThumbnail: boolean;
  bookingId: string | null;
  bookingMachineId: string | null;
  bookingStartsAt: Date | null;
  bookingEndsAt: Date | null;
  bookingState: BookingState | null;
  queuePosition: number | null;
  machineSlug: string | null;
  machineDriver: string | null;
  lab: string;
  dispatches: StoredDispatch[] | null;
}

interface StoredDispatch {
  id: string;
  machineId: string;
  state: DispatchState;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  error: string | null;
}

const waiting = `('queued', 'staging', 'ready')`;

const selectJobs = `
  SELECT j.id, j.member_id AS "memberId", p.name AS "memberName", j.state,
         j.machine_type AS "machineType", coalesce(b.machine_id, j.machine_id) AS "machineId",
         j.estimate, j.checks, j.notes, j.copies, j.reason, j.created_at AS "createdAt",
         f.name AS "fileName", f.size AS "fileSize", f.sha256, f.format,
         f.thumbnail_type IS NOT NULL AS "hasThumbnail",
         b.id AS "bookingId", b.machine_id AS "bookingMachineId", b.starts_at AS "bookingStartsAt",
         b.ends_at AS "bookingEndsAt", b.state AS "bookingState",
         m.slug AS "machineSlug", m.driver AS "machineDriver", l.slug AS lab,
         CASE WHEN j.state IN ${waiting} AND b.id IS NOT NULL THEN
           (SELECT count(*)::int + 1 FROM jobs aj JOIN bookings ab ON ab.id = aj.booking_id
             WHERE aj.state IN ${waiting} AND ab.machine_id = b.machine_id AND ab.starts_at < b.starts_at)
         END AS "queuePosition",
         (SELECT json_agg(json_build_object('id', d.id, 'machineId', d.machine_id, 'state', d.state,
                   'createdAt', d.created_at, 'startedAt', d.started_at, 'endedAt', d.ended_at,
                   'error', d.error) ORDER BY d.id)
            FROM dispatches d WHERE d.job_id = j.id) AS dispatches
    FROM jobs j JOIN members p ON p.id = j.member_id JOIN job_files f ON f.id = j.file_id
    JOIN labs l ON l.id = j.lab_id
    LEFT JOIN bookings b ON b.id = j.booking_id
    LEFT JOIN machines m ON m.id = b.machine_id`;

export function mayReadJob(actor: Actor, job: { memberId: string }): boolean {
  return isStaff(actor) || job.memberId === actor.id;
}

/** Jobs as the API shows them. */
@Injectable()
export class JobView {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
  ) {}

  find(id: string): Promise<JobRow | null> {
    return this.database.row<JobRow>(`${selectJobs} WHERE j.id = $1`, [id]);
  }

  /** Newest first. */
  list(filter: {
    memberId: string | null;
    states: readonly JobState[] | null;
    after: string | null;
    limit: number;
  }): Promise<JobRow[]> {
    return this.database.rows<JobRow>(
      `${selectJobs} WHERE ($1::uuid IS NULL OR j.member_id = $1) AND ($2::text[] IS NULL OR j.state = ANY($2))
         AND ($3::uuid IS NULL OR j.id < $3) ORDER BY j.id DESC LIMIT $4`,
      [filter.memberId, filter.states, filter.after, filter.limit],
    );
  }

  async views(rows: readonly JobRow[], language: Language): Promise<JobDto[]> {
    const facts = await situations(
      this.database,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => this.view(row, facts.get(row.id) ?? null, language, []));
  }

  async one(row: JobRow, language: Language): Promise<JobDto> {
    const facts = await situations(this.database, [row.id]);
    return this.view(row, facts.get(row.id) ?? null, language, await this.history(row.id));
  }

  private view(
    row: JobRow,
    facts: Situation | null,
    language: Language,
    history: JobHistoryDto[],
  ): JobDto {
    const live =
      row.machineSlug && row.machineDriver
        ? this.catalogue.liveOf({
            lab: row.lab,
            slug: row.machineSlug,
            driver: row.machineDriver,
          })
        : null;
    const onMachine =
      ['running', 'paused', 'cancelling'].includes(row.state) && live?.job?.id === row.id;
    const dispatches = (row.dispatches ?? []).map(dispatchView);
    return {
      id: row.id,
      memberId: row.memberId,
      memberName: row.memberName,
      title: row.fileName,
      state: row.state,
      machineType: row.machineType,
      machineId: row.machineId,
      bookingId: row.bookingId,
      booking: bookingOf(row),
      file: {
        name: row.fileName,
        size: Number(row.fileSize),
        sha256: row.sha256,
        format: row.format,
        thumbnail: row.hasThumbnail ? `/api/v1/jobs/${row.id}/thumbnail` : null,
      },
      estimate: row.estimate ? estimateView(row.estimate) : null,
      checks: row.checks.map(({ code, level, message }) => ({
        code,
        level,
        message: message[language],
      })),
      notes: row.notes,
      copies: row.copies,
      progress: row.state === 'completed' ? 1 : onMachine ? live.progress : null,
      remaining: onMachine ? live.remaining : null,
      queuePosition: row.queuePosition,
      blockedBy: facts && !facts.start ? blockers(facts.gates) : [],
      actual: actualOf(dispatches),
      dispatches,
      history,
      reason: row.reason,
      createdAt: row.createdAt.toISOString(),
    };
  }

  private async history(id: string): Promise<JobHistoryDto[]> {
    const rows = await this.database.rows<{
      state: JobState;
      at: Date;
      kind: 'member' | 'machine' | 'system';
      actorId: string | null;
      name: string | null;
      reason: string | null;
    }>(
      `SELECT h.state, h.at, h.actor_kind AS kind, h.actor_id AS "actorId",
              coalesce(p.name, m.name) AS name, h.reason
         FROM job_history h
         LEFT JOIN members p ON h.actor_kind = 'member' AND p.id = h.actor_id
         LEFT JOIN machines m ON h.actor_kind = 'machine' AND m.id = h.actor_id
        WHERE h.job_id = $1 ORDER BY h.id`,
      [id],
    );
    return rows.map(({ state, at, kind, actorId, name, reason }) => ({
      state,
      at: at.toISOString(),
      by: { kind, id: actorId, name },
      reason,
    }));
  }
}

function bookingOf(row: JobRow): JobDto['booking'] {
  const { bookingId, bookingMachineId, bookingStartsAt, bookingEndsAt, bookingState } = row;
  if (!bookingId || !bookingMachineId || !bookingStartsAt || !bookingEndsAt || !bookingState)
    return null;
  return {
    id: bookingId,
    machineId: bookingMachineId,
    startsAt: bookingStartsAt.toISOString(),
    endsAt: bookingEndsAt.toISOString(),
    state: bookingState,
  };
}

function estimateView(estimate: JobEstimate): EstimateDto {
  const { material, confidence, source, slicer } = estimate;
  return { duration: durationText(estimate.durationSeconds), material, confidence, source, slicer };
}

function dispatchView(dispatch: StoredDispatch): DispatchDto {
  const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());
  return {
    ...dispatch,
    createdAt: new Date(dispatch.createdAt).toISOString(),
    startedAt: iso(dispatch.startedAt),
    endedAt: iso(dispatch.endedAt),
  };
}

function actualOf(dispatches: readonly DispatchDto[]): JobDto['actual'] {
  const run = [...dispatches].reverse().find(({ startedAt }) => startedAt !== null);
  if (!run?.startedAt) return null;
  const { startedAt, endedAt } = run;
  const seconds = endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return { startedAt, endedAt, duration: seconds === null ? null : durationText(seconds) };
}
