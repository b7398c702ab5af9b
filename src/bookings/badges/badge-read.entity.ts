import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Machine } from '../../machines/machine.entity.js';

/** A badge held to a reader once: several gateways hear it, and the broker may say it twice. */
@Entity('badge_reads')
export class BadgeRead {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'badge_reads_pk' })
  machineId: string;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'badge_reads_machine_fk' })
  machine: Machine;

  /** Keyed hash of the badge, and the instant that the reader gave. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'badge_reads_pk' })
  readKey: string;

  @Index('badge_reads_received')
  @Column('timestamptz', { default: () => 'now()' })
  receivedAt: Date;
}
