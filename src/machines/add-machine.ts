import { v7 as uuid } from 'uuid';
import { training } from '../people/trainings.js';
import type { Sql } from '../platform/database/database.js';
import { announce } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { controllerSettings, nativeController, requireFreePrefix } from './controller-settings.js';
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
  /** As given: its family and what that family must know. Left out: native. */
  readonly controller?: Readonly<Record<string, unknown>>;
  readonly requiredTrainingId?: string | null;
}

/**
 * @throws lab.unknown, machine.slug_taken, training.unknown, controller.invalid,
 * controller.prefix_taken
 */
export async function addMachine(sql: Sql, machine: NewMachine): Promise<string> {
  const settings = machine.controller
    ? controllerSettings(machine.controller, null)
    : nativeController;
  const lab = await sql.row<{ slug: string }>('SELECT slug FROM labs WHERE id = $1', [
    machine.labId,
  ]);
  if (!lab) throw new DomainError('lab.unknown');
  await requireFreePrefix(sql, settings, null);
  const added = await sql.row<{ id: string }>(
    `INSERT INTO machines (id, lab_id, slug, name, machine_type, work_area, materials, rules,
                           opening_hours, start_policy, required_training_id, driver,
                           controller, controller_secrets, topic_prefix)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
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
      await trainingFor(sql, machine),
      settings.driver,
      JSON.stringify(settings.controller),
      JSON.stringify(settings.secrets),
      settings.topicPrefix,
    ],
  );
  if (!added) throw new DomainError('machine.slug_taken');
  const { id } = added;
  await announce(sql, { type: 'machine.added', id, labSlug: lab.slug, kind: 'machine' });
  return id;
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
