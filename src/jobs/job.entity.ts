import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Booking } from '../bookings/booking.entity.js';
import { Lab } from '../machines/lab.entity.js';
import { Machine } from '../machines/machine.entity.js';
import type { MachineType } from '../machines/machine-facts.js';
import { Member } from '../people/member.entity.js';
import type { JobCheck, JobEstimate } from './estimate.js';
import { JobFile } from './job-file.entity.js';
import type { JobState } from './job.states.js';

/** A member's fabrication request: a file and what to make of it. */
@Entity('jobs')
@Check(
  'jobs_state',
  `state IN ('analysing', 'awaiting_approval', 'queued', 'staging', 'ready', 'running', 'paused', 'cancelling', 'unknown', 'completed', 'refused', 'rejected', 'failed', 'cancelled')`,
)
@Index('jobs_member', ['memberId', 'id'])
@Index('jobs_open', ['state'], {
  where: `state NOT IN ('completed', 'refused', 'rejected', 'failed', 'cancelled')`,
})
// A booking serves one job at a time.
@Index('jobs_of_booking', ['bookingId', 'id'])
@Index('jobs_booking', ['bookingId'], {
  unique: true,
  where: `state NOT IN ('completed', 'refused', 'rejected', 'failed', 'cancelled')`,
})
export class FabricationJob {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'jobs_pk' })
  id: string;

  @Column('uuid')
  labId: string;

  @ManyToOne(() => Lab)
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'jobs_lab_fk' })
  lab: Lab;

  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member)
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'jobs_member_fk' })
  member: Member;

  @Column('uuid')
  fileId: string;

  @ManyToOne(() => JobFile)
  @JoinColumn({ name: 'file_id', foreignKeyConstraintName: 'jobs_file_fk' })
  file: JobFile;

  @Column('text')
  state: JobState;

  /** Null until the analysis tells. */
  @Column('text', { nullable: true })
  machineType: MachineType | null;

  /** The machine the member asked for, or that of the booking. */
  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne(() => Machine, { nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'jobs_machine_fk' })
  machine: Machine | null;

  @Column('uuid', { nullable: true })
  bookingId: string | null;

  @ManyToOne(() => Booking, { nullable: true })
  @JoinColumn({ name: 'booking_id', foreignKeyConstraintName: 'jobs_booking_fk' })
  booking: Booking | null;

  @Column('jsonb', { nullable: true })
  estimate: JobEstimate | null;

  @Column('jsonb', { default: () => `'[]'` })
  checks: JobCheck[];

  @Column('text', { nullable: true })
  material: string | null;

  @Column('int', { default: 1 })
  copies: number;

  @Column('text', { nullable: true })
  notes: string | null;

  /** Why it was refused, rejected, failed or cancelled. */
  @Column('text', { nullable: true })
  reason: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

/** Every state a job was in, since when and by whom. */
@Entity('job_history')
@Index('job_history_job', ['jobId', 'id'])
export class JobHistory {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'job_history_pk' })
  id: string;

  @Column('uuid')
  jobId: string;

  @ManyToOne(() => FabricationJob, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'job_history_job_fk' })
  job: FabricationJob;

  @Column('text')
  state: JobState;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('text')
  actorKind: 'member' | 'machine' | 'system';

  @Column('uuid', { nullable: true })
  actorId: string | null;

  @Column('text', { nullable: true })
  reason: string | null;
}
