import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who did what to what, and why; only ever added to. */
@Entity('audit')
@Index('audit_subject', ['subjectId', 'id'])
@Index('audit_actor', ['actorId', 'id'])
export class AuditEntry {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'audit_pk' })
  id: string;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('text')
  actorKind: 'member' | 'machine' | 'system';

  @Column('uuid', { nullable: true })
  actorId: string | null;

  /** For example `booking.overridden`. */
  @Column('text')
  action: string;

  @Column('text')
  subjectKind: string;

  @Column('uuid')
  subjectId: string;

  @Column('text', { nullable: true })
  reason: string | null;

  /** Ids and codes, no personal data. */
  @Column('jsonb', { default: () => `'{}'` })
  facts: Record<string, unknown>;
}
