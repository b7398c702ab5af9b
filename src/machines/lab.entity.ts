import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { MachineRules, MachineType } from './machine-facts.js';
import type { OpeningHours } from './opening-hours.rules.js';

/** A site with a time zone, opening hours and machines. */
@Entity('labs')
@Check('labs_slug', `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
export class Lab {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'labs_pk' })
  id: string;

  /** Names the lab in MQTT topics. */
  @Index('labs_slug_unique', { unique: true })
  @Column('text')
  slug: string;

  @Column('text')
  name: string;

  /** IANA name, for example Europe/Paris. */
  @Column('text')
  timeZone: string;

  @Column('jsonb')
  openingHours: OpeningHours;

  /** For all its machines, where type or machine say nothing else. */
  @Column('jsonb', { default: () => `'{}'` })
  rules: Partial<MachineRules>;

  /** Rises with every change: the ETag. */
  @Column('int', { default: 1 })
  version: number;
}

@Entity('lab_closures')
@Check('lab_closures_order', 'starts_at < ends_at')
export class LabClosure {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'lab_closures_pk' })
  id: string;

  @Index('lab_closures_lab')
  @Column('uuid')
  labId: string;

  @ManyToOne(() => Lab, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'lab_closures_lab_fk' })
  lab: Lab;

  /** Null: the whole lab is closed. */
  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne('machines', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'lab_closures_machine_fk' })
  machine: unknown;

  /** The outside calendar that says so; null: staff do. */
  @Index('lab_closures_calendar', { where: 'calendar_id IS NOT NULL' })
  @Column('uuid', { nullable: true })
  calendarId: string | null;

  // By name: what is imported is the bookings' affair.
  @ManyToOne('lab_calendars', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'calendar_id', foreignKeyConstraintName: 'lab_closures_calendar_fk' })
  calendar: unknown;

  @Column('timestamptz')
  startsAt: Date;

  @Column('timestamptz')
  endsAt: Date;

  @Column('text')
  reason: string;
}

/** What a lab says of all its machines of one type. */
@Entity('machine_type_rules')
export class MachineTypeRules {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'machine_type_rules_pk' })
  labId: string;

  @ManyToOne(() => Lab, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'machine_type_rules_lab_fk' })
  lab: Lab;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'machine_type_rules_pk' })
  machineType: MachineType;

  @Column('jsonb', { default: () => `'{}'` })
  rules: Partial<MachineRules>;
}
