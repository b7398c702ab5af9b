import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { driverOf } from './drivers/registry.js';
import { effectiveRules, joinTypeRules } from './inherited-rules.js';
import { LiveBoard } from './live/live-board.js';
import type { PublicLive } from './live/live-state.rules.js';
import type {
  MachineRules,
  MachineType,
  RequiredTraining,
  StartPolicy,
  WorkArea,
} from './machine-facts.js';
import type { Interval, OpeningHours } from './opening-hours.rules.js';

/** A machine with what its lab adds to it. */
export interface CatalogueMachine {
  id: string;
  labId: string;
  lab: string;
  timeZone: string;
  slug: string;
  name: string;
  machineType: MachineType;
  workArea: WorkArea | null;
  materials: string[];
  rules: MachineRules;
  ownRules: Partial<MachineRules>;
  ownClosures:
    | readonly (readonly [
        startsAt: string,
        endsAt: string,
        reason: string,
        calendarId: string | null,
      ])[]
    | null;
  version: number;
  openingHours: OpeningHours | 'around_the_clock' | null;
  labOpeningHours: OpeningHours;
  startPolicy: StartPolicy;
  requiredTraining: RequiredTraining | null;
  driver: string;
  controller: Record<string, unknown>;
  topicPrefix: string | null;
  secretsSet: string[];
  bedJobId: string | null;
}

/** As SQL, for a machine `m`; costs nothing where a machine requires none. */
export const requiredTraining = `(SELECT json_build_object('id', t.id, 'name', t.name)
            FROM trainings t WHERE t.id = m.required_training_id)`;

export const selectMachines = `
  SELECT m.id, m.lab_id AS "labId", l.slug AS lab, l.time_zone AS "timeZone", m.slug, m.name,
         m.machine_type AS "machineType", m.work_area AS "workArea", m.materials,
         ${effectiveRules} AS rules, m.rules AS "ownRules", m.version,
         (SELECT json_agg(json_build_array(c.starts_at, c.ends_at, c.reason, c.calendar_id) ORDER BY c.starts_at)
            FROM lab_closures c WHERE c.machine_id = m.id AND c.ends_at > now()) AS "ownClosures",
         m.opening_hours AS "openingHours", l.opening_hours AS "labOpeningHours",
         m.start_policy AS "startPolicy", m.driver, m.bed_job_id AS "bedJobId",
         m.controller, m.topic_prefix AS "topicPrefix",
         ARRAY(SELECT jsonb_object_keys(m.controller_secrets)) AS "secretsSet",
         ${requiredTraining} AS "requiredTraining"
    FROM machines m JOIN labs l ON l.id = m.lab_id ${joinTypeRules}
   WHERE m.retired_at IS NULL`;

export interface Closure extends Interval {
  readonly labId: string;
  /** Null: the whole lab is closed. */
  readonly machineId: string | null;
}

@Injectable()
export class Catalogue {
  constructor(
    private readonly database: Database,
    private readonly board: LiveBoard,
  ) {}

  async machine(id: string): Promise<CatalogueMachine> {
    const machine = await this.database.row<CatalogueMachine>(`${selectMachines} AND m.id = $1`, [
      id,
    ]);
    if (!machine) throw new DomainError('machine.unknown');
    return machine;
  }

  machines(
    filter: { machineType?: MachineType; after?: string; limit?: number } = {},
  ): Promise<CatalogueMachine[]> {
    return this.database.rows<CatalogueMachine>(
      `${selectMachines} AND ($1::text IS NULL OR m.machine_type = $1) AND ($2::uuid IS NULL OR m.id > $2)
        ORDER BY m.id LIMIT $3`,
      [filter.machineType ?? null, filter.after ?? null, filter.limit ?? 1_000],
    );
  }

  /** The closures of those labs and of their machines that touch the interval. */
  closures(labIds: readonly string[], within: Interval): Promise<Closure[]> {
    return this.database.rows<Closure>(
      `SELECT lab_id AS "labId", machine_id AS "machineId", starts_at AS "startsAt",
              ends_at AS "endsAt"
         FROM lab_closures WHERE lab_id = ANY($1) AND starts_at < $3 AND ends_at > $2`,
      [labIds, within.startsAt, within.endsAt],
    );
  }

  liveOf(machine: { lab: string; slug: string; driver: string }): PublicLive {
    return this.board.of(machine.lab, machine.slug, driverOf(machine.driver).patience);
  }
}
