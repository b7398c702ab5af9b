import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Member } from './member.entity.js';

/** A card that stands for a member at a reader. Its number is kept as a keyed hash only. */
@Entity('badges')
@Index('badges_uid', ['uidHash'], { unique: true, where: 'revoked_at IS NULL' })
export class Badge {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'badges_pk' })
  id: string;

  @Index('badges_member')
  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'badges_member_fk' })
  member: Member;

  /** HMAC-SHA-256 of the number: one of four bytes would be guessed from a plain hash. */
  @Column('text')
  uidHash: string;

  @Column('text', { nullable: true })
  label: string | null;

  @Column('uuid', { nullable: true })
  addedBy: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  addedAt: Date;

  @Column('uuid', { nullable: true })
  revokedBy: string | null;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;
}
