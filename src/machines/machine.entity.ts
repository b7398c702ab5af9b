import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Lab } from './lab.entity.js';
import type { MachineRules, MachineType, StartPolicy, WorkArea } from './machine-facts.js';
import type { OpeningHours } from './opening-hours.rules.js';

/** One physical unit. */
@Entity('machines')
@Check('machines_slug', `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
@Check('machines_start_policy', `start_policy IN ('remote', 'operator')`)
@Index('machines_lab_slug', ['labId', 'slug'], { unique: true })
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

  @Column('text', { default: 'operator' })
  startPolicy: StartPolicy;

  @Column('text')
  driver: string;

  /** The job whose run began last and whose piece may still lie there; no run begins before it is cleared. */
  @Column('uuid', { nullable: true })
  bedJobId: string | null;

  @Column('timestamptz', { nullable: true })
  retiredAt: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
