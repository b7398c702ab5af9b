import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Lab } from '../../machines/lab.entity.js';
import { Machine } from '../../machines/machine.entity.js';
import { Member } from '../../people/member.entity.js';

export const feedKinds = ['member', 'machine', 'lab'] as const;
export type FeedKind = (typeof feedKinds)[number];

/** A private address at which a calendar program reads bookings, until it is revoked. */
@Entity('calendar_feeds')
@Check('calendar_feeds_kind', `kind IN ('member', 'machine', 'lab')`)
@Check(
  'calendar_feeds_what',
  `(kind = 'machine') = (machine_id IS NOT NULL) AND (kind = 'lab') = (lab_id IS NOT NULL)`,
)
@Index('calendar_feeds_member', ['memberId', 'id'])
export class CalendarFeed {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'calendar_feeds_pk' })
  id: string;

  @Column('text')
  kind: FeedKind;

  /** Who made it. What it shows is what this member may see when it is read. */
  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'calendar_feeds_member_fk' })
  member: Member;

  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'calendar_feeds_machine_fk' })
  machine: Machine | null;

  @Column('uuid', { nullable: true })
  labId: string | null;

  @ManyToOne(() => Lab, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'calendar_feeds_lab_fk' })
  lab: Lab | null;

  /** SHA-256, in hexadecimal, of the secret in the address, which is nowhere else. */
  @Index('calendar_feeds_token', { unique: true })
  @Column('text')
  tokenHash: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;

  /** To the minute: programs ask often. */
  @Column('timestamptz', { nullable: true })
  lastReadAt: Date | null;
}
