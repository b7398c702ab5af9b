import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The first answer to a POST that carried an Idempotency-Key, kept for 24 hours. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'idempotency_keys_pk' })
  memberId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pk' })
  key: string;

  /** SHA-256 of method, path and body: the same key for another request is a mistake. */
  @Column('text')
  fingerprint: string;

  /** Null while the first request is still being answered. */
  @Column('int', { nullable: true })
  status: number | null;

  @Column('jsonb', { nullable: true })
  answer: unknown;

  @Index('idempotency_keys_created')
  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
