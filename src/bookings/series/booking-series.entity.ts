import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Machine } from '../../machines/machine.entity.js';
import { Member } from '../../people/member.entity.js';
import { Project } from '../../people/project.entity.js';

/**
 * Bookings that repeat by a rule, in wall time. What was placed are rows of `bookings`; this row
 * says what they have in common.
 */
@Entity('booking_series')
@Check('booking_series_order', 'first_starts_at < first_ends_at')
export class BookingSeries {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'booking_series_pk' })
  id: string;

  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine)
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'booking_series_machine_fk' })
  machine: Machine;

  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member)
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'booking_series_member_fk' })
  member: Member;

  @Column('uuid', { nullable: true })
  projectId: string | null;

  @ManyToOne(() => Project, { nullable: true })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'booking_series_project_fk' })
  project: Project | null;

  @Column('text', { nullable: true })
  purpose: string | null;

  /** The text after `RRULE:` of RFC 5545. */
  @Column('text')
  rule: string;

  /** What the clock on the lab's wall shows; read as text, since a Date would be an instant. */
  @Column('timestamp')
  firstStartsAt: string;

  @Column('timestamp')
  firstEndsAt: string;

  /** The lab's when it was placed: the rule is kept to this one. */
  @Column('text')
  timeZone: string;

  @Column('uuid')
  createdBy: string;

  @ManyToOne(() => Member)
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'booking_series_created_by_fk' })
  creator: Member;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
