import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type OutboxDestination = 'queue' | 'change';

/** What a committed change still owes the queue or the live bus. A published row is deleted. */
@Entity('outbox')
@Index('outbox_aggregate', ['destination', 'aggregate', 'id'])
@Index('outbox_due', ['availableAt', 'id'])
export class OutboxRow {
  /** Rises within an aggregate, since a row is added after the aggregate's own row was locked. */
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'outbox_pk' })
  id: string;

  @Column('text')
  destination: OutboxDestination;

  /** Rows of one aggregate leave in order, per destination. */
  @Column('text')
  aggregate: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  payload: unknown;

  /** A step of the future has a key: planning it again moves it. */
  @Index('outbox_key', { unique: true })
  @Column('text', { nullable: true })
  key: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  availableAt: Date;

  @Column('int', { default: 0 })
  attempts: number;

  @Column('text', { nullable: true })
  lastError: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

/** What could not be delivered or handled after every attempt: kept until a person looks. */
@Entity('dead_letters')
export class DeadLetter {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'dead_letters_pk' })
  id: string;

  @Column('text')
  source: 'relay' | 'handler';

  @Column('text')
  name: string;

  @Column('jsonb')
  payload: unknown;

  @Column('text')
  error: string;

  @Column('int')
  attempts: number;

  @Column('timestamptz', { default: () => 'now()' })
  failedAt: Date;
}
