import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Member } from './member.entity.js';

/** A browser that is signed in. The cookie's token is kept as a hash only. */
@Entity('sign_ins')
export class SignIn {
  /** SHA-256 of the token, hexadecimal. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sign_ins_pk' })
  tokenHash: string;

  @Index('sign_ins_member')
  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'sign_ins_member_fk' })
  member: Member;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz')
  expiresAt: Date;
}

/** A failed attempt, for throttling per account and address. Only failures are kept, for a day. */
@Entity('sign_in_failures')
@Index('sign_in_failures_email', ['email', 'at'])
@Index('sign_in_failures_address', ['address', 'at'])
export class SignInFailure {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'sign_in_failures_pk' })
  id: string;

  @Column('text')
  email: string;

  @Column('text')
  address: string;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
