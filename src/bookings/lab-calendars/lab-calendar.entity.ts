import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Lab } from '../../machines/lab.entity.js';
import { Machine } from '../../machines/machine.entity.js';
import { Member } from '../../people/member.entity.js';

/** What of a file closes nothing, in events. */
export interface IgnoredEvents {
  readonly cancelled: number;
  readonly transparent: number;
}

/** Why the last reading failed: a problem's code and facts, worded when somebody looks. */
export interface ReadFailure {
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** An outside calendar whose events close a lab or a machine; its closures go with it. */
@Entity('lab_calendars')
@Check('lab_calendars_next_read', '(url IS NULL) = (next_read_at IS NULL)')
@Index('lab_calendars_lab', ['labId', 'id'])
export class LabCalendar {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'lab_calendars_pk' })
  id: string;

  @Column('uuid')
  labId: string;

  @ManyToOne(() => Lab, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'lab_calendars_lab_fk' })
  lab: Lab;

  /** Null: the whole lab is closed. */
  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'lab_calendars_machine_fk' })
  machine: Machine | null;

  @Column('text')
  name: string;

  /** Null: a file, read once. May hold a secret. */
  @Column('text', { nullable: true })
  url: string | null;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @ManyToOne(() => Member, { nullable: true })
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'lab_calendars_created_by_fk' })
  creator: Member | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;

  /** When it was last read whole, or was found unchanged. */
  @Column('timestamptz', { default: () => 'now()' })
  lastReadAt: Date;

  @Column('jsonb')
  ignored: IgnoredEvents;

  /** What the server said with the file, to be asked whether it has changed. */
  @Column('text', { nullable: true })
  etag: string | null;

  @Column('text', { nullable: true })
  lastModified: string | null;

  /** Until when its events are closures: the end of the window of the last whole reading. */
  @Column('timestamptz')
  readUntil: Date;

  @Index('lab_calendars_due', { where: 'url IS NOT NULL' })
  @Column('timestamptz', { nullable: true })
  nextReadAt: Date | null;

  /** Null: the last reading went well. */
  @Column('jsonb', { nullable: true })
  lastError: ReadFailure | null;
}
