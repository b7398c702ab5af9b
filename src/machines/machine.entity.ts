import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Training } from '../people/training.entity.js';
import { Lab } from './lab.entity.js';
import type { MachineRules, MachineType, StartPolicy, WorkArea } from './machine-facts.js';
import type { OpeningHours } from './opening-hours.rules.js';

/** One physical unit. */
@Entity('machines')
@Check('machines_slug', `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
@Check('machines_start_policy', `start_policy IN ('remote', 'operator')`)
@Index('machines_lab_slug', ['labId', 'slug'], { unique: true })
@Check('machines_topic_prefix', `topic_prefix ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*$'`)
@Index('machines_topic_prefix_unique', ['topicPrefix'], {
  unique: true,
  where: 'retired_at IS NULL',
})
export class Machine {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'machines_pk' })
  id: string;

  @Column('uuid')
  labId: string;

  @ManyToOne(() => Lab)
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'machines_lab_fk' })
  lab: Lab;

  /** Names the machine in MQTT topics. */
  @Column('text')
  slug: string;

  @Column('text')
  name: string;

  @Column('text')
  machineType: MachineType;

  /** Millimetres. */
  @Column('jsonb', { nullable: true })
  workArea: WorkArea | null;

  @Column('text', { array: true, default: () => `'{}'` })
  materials: string[];

  @Column('jsonb')
  rules: MachineRules;

  /** Null: the lab's hours. */
  @Column('jsonb', { nullable: true })
  openingHours: OpeningHours | 'around_the_clock' | null;

  /** What a member must have done to book it. */
  @Column('uuid', { nullable: true })
  requiredTrainingId: string | null;

  @ManyToOne(() => Training, { nullable: true })
  @JoinColumn({ name: 'required_training_id', foreignKeyConstraintName: 'machines_training_fk' })
  requiredTraining: Training | null;

  @Column('text', { default: 'operator' })
  startPolicy: StartPolicy;

  /** The family of its controller. */
  @Column('text')
  driver: string;

  /** What the driver must know of this one, as its schema says; secrets apart. */
  @Column('jsonb', { default: () => `'{}'` })
  controller: Record<string, unknown>;

  @Column('jsonb', { default: () => `'{}'`, select: false })
  controllerSecrets: Record<string, unknown>;

  /** The first level of its topics, where that is not ours to choose; one machine's alone. */
  @Column('text', { nullable: true })
  topicPrefix: string | null;

  /** The job whose run began last and whose piece may still lie there; no run begins before it is cleared. */
  @Column('uuid', { nullable: true })
  bedJobId: string | null;

  /** The maintenance or outage that it is in: an entry of its calendar, under way. */
  @Column('uuid', { nullable: true })
  downtimeId: string | null;

  /** Rises with every change of the catalogue's facts: the ETag. */
  @Column('int', { default: 1 })
  version: number;

  @Column('timestamptz', { nullable: true })
  retiredAt: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
