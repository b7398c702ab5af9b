import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Booking } from '../bookings/booking.entity.js';
import { Machine } from '../machines/machine.entity.js';
import { FabricationJob } from './job.entity.js';

export type DispatchState =
  | 'staging' // the file is on its way
  | 'staged' // the machine has the file and matched its hash
  | 'starting' // the start was asked for, once
  | 'running' // the machine says it runs
  | 'ended'; // completed, failed, cancelled or withdrawn

/** One attempt to run a job on one machine. */
@Entity('dispatches')
@Check('dispatches_state', `state IN ('staging', 'staged', 'starting', 'running', 'ended')`)
// One attempt at a time, per machine and per job.
@Index('dispatches_machine_active', ['machineId'], { unique: true, where: `state <> 'ended'` })
@Index('dispatches_job_active', ['jobId'], { unique: true, where: `state <> 'ended'` })
export class Dispatch {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'dispatches_pk' })
  id: string;

  @Index('dispatches_job')
  @Column('uuid')
  jobId: string;

  @ManyToOne(() => FabricationJob)
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'dispatches_job_fk' })
  job: FabricationJob;

  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine)
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'dispatches_machine_fk' })
  machine: Machine;

  @Column('uuid')
  bookingId: string;

  @ManyToOne(() => Booking)
  @JoinColumn({ name: 'booking_id', foreignKeyConstraintName: 'dispatches_booking_fk' })
  booking: Booking;

  @Column('text')
  state: DispatchState;

  /** Who asked for the start at an operator's machine. */
  @Column('uuid', { nullable: true })
  startedBy: string | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;

  /** By the machine's reports, on our clock: the actual time of the run. */
  @Column('timestamptz', { nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;
}
