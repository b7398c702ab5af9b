import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const memberRoles = ['member', 'lab_manager', 'administrator'] as const;
export type MemberRole = (typeof memberRoles)[number];
export const locales = ['fr', 'en'] as const;
export type Locale = (typeof locales)[number];

@Entity('members')
@Check('members_email_lower', 'email = lower(email)')
@Check('members_role', `role IN ('member', 'lab_manager', 'administrator')`)
export class Member {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'members_pk' })
  id: string;

  @Index('members_email', { unique: true })
  @Column('text')
  email: string;

  @Column('text')
  name: string;

  @Column('text', { default: 'member' })
  role: MemberRole;

  @Column('text', { default: 'fr' })
  locale: Locale;

  /** Argon2id, PHC string. Null: cannot sign in by password (SSO to come). */
  @Column('text', { nullable: true })
  passwordHash: string | null;

  @Column('timestamptz', { nullable: true })
  disabledAt: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
