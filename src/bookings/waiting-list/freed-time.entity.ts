import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Machine } from '../../machines/machine.entity.js';

/** Time that somebody may wait for; the row goes when the line has been asked. */
@Entity('freed_times')
export class FreedTime {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'freed_times_pk' })
  id: string;

  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'freed_times_machine_fk' })
  machine: Machine;

  /** Half-open. */
  @Column('timestamptz')
  fromAt: Date;

  @Column('timestamptz')
  toAt: Date;

  @Index('freed_times_freed')
  @Column('timestamptz', { default: () => 'now()' })
  freedAt: Date;
}
