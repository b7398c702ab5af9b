import { v7 as uuid } from 'uuid';
import { training } from '../people/trainings.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { MachineRules, MachineType, StartPolicy, WorkArea } from './machine-facts.js';
import type { OpeningHours } from './opening-hours.rules.js';

export interface NewMachine {
  readonly labId: string;
  readonly slug: string;
  readonly name: string;
  readonly machineType: MachineType;
  readonly workArea?: WorkArea;
  readonly materials?: readonly string[];
  /** What differs from its type and its lab. */
  readonly rules?: Partial<MachineRules>;
  readonly openingHours?: OpeningHours | 'around_the_clock';
  readonly startPolicy?: StartPolicy;
  readonly driver?: string;
  readonly requiredTrainingId?: string | null;
}

/** @throws lab.unknown, machine.slug_taken, training.unknown */
export async function addMachine(sql: Sql, machine: NewMachine): Promise<string> {
  const lab = await sql.row('SELECT 1 FROM labs WHERE id = $1', [machine.labId]);
  if (!lab) throw new DomainError('lab.unknown');
  const added = await sql.row<{ id: string }>(
    `INSERT INTO machines (id, lab_id, slug, name, machine_type, work_area, materials, rules,
                           opening_hours, start_policy, driver, required_training_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (lab_id, slug) DO NOTHING RETURNING id`,
    [
      uuid(),
      machine.labId,
      machine.slug,
      machine.name,
      machine.machineType,
      machine.workArea ? JSON.stringify(machine.workArea) : null,
      machine.materials ?? [],
      JSON.stringify(machine.rules ?? {}),
      machine.openingHours ? JSON.stringify(machine.openingHours) : null,
      machine.startPolicy ?? 'operator',
      machine.driver ?? 'native',
      await trainingFor(sql, machine),
    ],
  );
  if (!added) throw new DomainError('machine.slug_taken');
  return added.id;
}

/** A training counts where it was given: in its lab, or everywhere. @throws training.unknown */
export async function trainingFor(
  sql: Sql,
  { labId, requiredTrainingId }: Pick<NewMachine, 'labId' | 'requiredTrainingId'>,
): Promise<string | null> {
  if (!requiredTrainingId) return null;
  const { id, labId: of } = await training(sql, requiredTrainingId);
  if (of !== null && of !== labId) throw new DomainError('training.unknown');
  return id;
}
