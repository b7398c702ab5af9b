import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Member } from './member.entity.js';

/** A course after which a member may use what requires it. */
@Entity('trainings')
export class Training {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'trainings_pk' })
  id: string;

  /** Null: good in every lab. */
  @Column('uuid', { nullable: true })
  labId: string | null;

  // By name, since people know of no machines and so of no labs.
  @ManyToOne('labs', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'trainings_lab_fk' })
  lab: unknown;

  @Column('text')
  name: string;

  /** ISO 8601 in days, weeks, months or years, for example P2Y. Null: without end. */
  @Column('text', { nullable: true })
  validFor: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

/** A member's dated, revocable right. The days are the lab's, the last one included. */
@Entity('certifications')
@Check('certifications_order', 'valid_until IS NULL OR valid_from <= valid_until')
@Index('certifications_member', ['memberId', 'trainingId'])
export class Certification {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'certifications_pk' })
  id: string;

  @Column('uuid')
  trainingId: string;

  @ManyToOne(() => Training, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'training_id', foreignKeyConstraintName: 'certifications_training_fk' })
  training: Training;

  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'certifications_member_fk' })
  member: Member;

  @Column('date')
  validFrom: string;

  @Column('date', { nullable: true })
  validUntil: string | null;

  @Column('uuid', { nullable: true })
  givenBy: string | null;

  @ManyToOne(() => Member, { nullable: true })
  @JoinColumn({ name: 'given_by', foreignKeyConstraintName: 'certifications_given_by_fk' })
  giver: Member | null;

  @Column('timestamptz', { default: () => 'now()' })
  givenAt: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;

  @Column('uuid', { nullable: true })
  revokedBy: string | null;

  @ManyToOne(() => Member, { nullable: true })
  @JoinColumn({ name: 'revoked_by', foreignKeyConstraintName: 'certifications_revoked_by_fk' })
  revoker: Member | null;

  @Column('text', { nullable: true })
  revocationReason: string | null;
}
