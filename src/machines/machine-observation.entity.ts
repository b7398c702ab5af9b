import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import type { Connection, ObservedState } from './live/live-state.rules.js';
import { Machine } from './machine.entity.js';

/** The last thing a machine's controller said that matters; kept apart from what we asked. */
@Entity('machine_observations')
export class MachineObservation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'machine_observations_pk' })
  machineId: string;

  @OneToOne(() => Machine, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'machine_observations_machine_fk' })
  machine: Machine;

  @Column('text')
  connection: Connection;

  @Column('text')
  state: ObservedState;

  /** The command that began the run the state speaks of. */
  @Column('text', { nullable: true })
  commandId: string | null;

  @Column('float8', { nullable: true })
  progress: number | null;

  /** When the run will be over by what the machine said last; null while none goes on. */
  @Column('timestamptz', { nullable: true })
  runEndsAt: Date | null;

  @Column('text', { nullable: true })
  error: string | null;

  /** When this state began, and when we last heard the machine, by our own clock. */
  @Column('timestamptz')
  since: Date;

  @Column('timestamptz', { nullable: true })
  lastSeenAt: Date | null;
}

/** Every change of connection or state, for downtime and for the story of a run. */
@Entity('machine_history')
@Index('machine_history_machine', ['machineId', 'at'])
export class MachineHistory {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'machine_history_pk' })
  id: string;

  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'machine_history_machine_fk' })
  machine: Machine;

  @Column('text')
  connection: Connection;

  @Column('text')
  state: ObservedState;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
