import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { CommandType } from './drivers/driver.js';
import { Machine } from './machine.entity.js';
import type { CommandState } from './command.states.js';

/** What we asked a machine to do. Published once: only `pending` is ever sent. */
@Entity('commands')
@Check(
  'commands_state',
  `state IN ('pending', 'sent', 'accepted', 'finished', 'failed', 'rejected', 'expired')`,
)
@Index('commands_pending', ['issuedAt'], { where: `state = 'pending'` })
// Which run a machine was told to begin.
@Index('commands_open_starts', ['machineId', 'id'], {
  where: `type = 'start' AND state IN ('sent', 'accepted') AND settled_at IS NULL`,
})
// A file is sent and a run is begun once for a dispatch, whatever is retried or redelivered.
@Index('commands_once_per_dispatch', ['dispatchId', 'type'], {
  unique: true,
  where: `type IN ('prepare', 'start')`,
})
export class Command {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'commands_pk' })
  id: string;

  @Index('commands_machine')
  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine)
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'commands_machine_fk' })
  machine: Machine;

  /** The dispatch it serves; null for a command of its own, such as unlocking. */
  @Column('uuid', { nullable: true })
  dispatchId: string | null;

  @Column('uuid', { nullable: true })
  jobId: string | null;

  @Column('text')
  type: CommandType;

  /** May hold a signed address, which ends with the command. */
  @Column('jsonb', { default: () => `'{}'` })
  args: Record<string, unknown>;

  @Column('text', { default: 'pending' })
  state: CommandState;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  issuedAt: Date;

  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  sentAt: Date | null;

  /** When it was answered for good, or nobody waited for its answer any more. */
  @Column('timestamptz', { nullable: true })
  settledAt: Date | null;
}
