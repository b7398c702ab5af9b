import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Member } from './member.entity.js';

/** What a member is to know, written with the deed itself; the words are made when it is read. */
@Entity('notifications')
@Index('notifications_member', ['memberId', 'id'])
export class Notification {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notifications_pk' })
  id: string;

  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'notifications_member_fk' })
  member: Member;

  /** For example `booking.missed`. */
  @Column('text')
  kind: string;

  @Column('text')
  subjectKind: string;

  @Column('uuid')
  subjectId: string;

  @Column('jsonb', { default: () => `'{}'` })
  facts: Record<string, unknown>;

  /** What is told under one key is told once. */
  @Index('notifications_key', { unique: true })
  @Column('text')
  key: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  readAt: Date | null;
}
