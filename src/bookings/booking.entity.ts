import {
  Check,
  Column,
  Entity,
  Exclusion,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import { Machine } from '../machines/machine.entity.js';
import { Member } from '../people/member.entity.js';
import { Project } from '../people/project.entity.js';
import type { BookingChange } from './booking-history.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { BookingSeries } from './series/booking-series.entity.js';

/**
 * What occupies a machine for `[startsAt, endsAt)`: a member's booking, a slot offered to one
 * member of the waiting list, or the machine's own downtime. One table, since one exclusion
 * constraint must see them all.
 */
@Entity('bookings')
@Check('bookings_order', 'starts_at < ends_at')
@Check(
  'bookings_state',
  `state IN ('requested', 'confirmed', 'checked_in', 'completed', 'rejected', 'cancelled', 'expired', 'missed')`,
)
@Check('bookings_kind', `kind IN ('booking', 'offer', 'maintenance', 'outage')`)
@Check('bookings_occurrence_of_series', 'occurrence IS NULL OR series_id IS NOT NULL')
@Check('bookings_member_known', `(member_id IS NULL) = (kind IN ('maintenance', 'outage'))`)
// The one place that decides who has a slot.
@Exclusion(
  'bookings_no_overlap',
  `USING gist (machine_id WITH =, occupied WITH &&) WHERE (state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text]))`,
)
@Index('bookings_member', ['memberId', 'startsAt'])
@Index('bookings_machine_start', ['machineId', 'startsAt'])
@Index('bookings_start', ['startsAt', 'id'])
// An expression, which TypeORM cannot write down: the migration does.
@Index('bookings_ended_window', { synchronize: false })
@Index('bookings_project', ['projectId', 'startsAt'], { where: 'project_id IS NOT NULL' })
@Index('bookings_series', ['seriesId'], { where: 'series_id IS NOT NULL' })
// A rule gives each of its starts once.
@Index('bookings_series_occurrence', ['seriesId', 'occurrence'], {
  unique: true,
  where: `series_id IS NOT NULL AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
})
@Index('bookings_open', ['state', 'startsAt'], {
  where: `state IN ('requested', 'confirmed', 'checked_in')`,
})
export class Booking {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'bookings_pk' })
  id: string;

  @Column('uuid')
  machineId: string;

  @ManyToOne(() => Machine)
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'bookings_machine_fk' })
  machine: Machine;

  @Column('text', { default: 'booking' })
  kind: CalendarKind;

  /** Whose it is, or to whom it is offered; nobody's is the machine's own downtime. */
  @Column('uuid', { nullable: true })
  memberId: string | null;

  @ManyToOne(() => Member, { nullable: true })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'bookings_member_fk' })
  member: Member | null;

  /** Who placed it: the member, or staff for them. */
  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @ManyToOne(() => Member, { nullable: true })
  @JoinColumn({ name: 'created_by', foreignKeyConstraintName: 'bookings_created_by_fk' })
  creator: Member | null;

  @Column('timestamptz')
  startsAt: Date;

  @Column('timestamptz')
  endsAt: Date;

  /** With the machine's setup and cleanup times: what nobody else may have. */
  @Column('tstzrange')
  occupied: string;

  @Column('text')
  state: BookingState;

  @Column('text', { nullable: true })
  purpose: string | null;

  /** What the time is counted on. */
  @Column('uuid', { nullable: true })
  projectId: string | null;

  @ManyToOne(() => Project, { nullable: true })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'bookings_project_fk' })
  project: Project | null;

  @Column('uuid', { nullable: true })
  seriesId: string | null;

  @ManyToOne(() => BookingSeries, { nullable: true })
  @JoinColumn({ name: 'series_id', foreignKeyConstraintName: 'bookings_series_fk' })
  series: BookingSeries | null;

  /** The wall start that the rule gives: it names the occurrence, however often that is moved. */
  @Column('timestamp', { nullable: true })
  occurrence: string | null;

  /** When an undecided request gives its slot back. */
  @Column('timestamptz', { nullable: true })
  holdUntil: Date | null;

  /** Rises with every change: the ETag, and the SEQUENCE of calendar feeds. */
  @Column('int', { default: 1 })
  version: number;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

/** Every state a booking was in, since when and by whom. */
@Entity('booking_history')
@Index('booking_history_booking', ['bookingId', 'id'])
export class BookingHistory {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'booking_history_pk' })
  id: string;

  @Column('uuid')
  bookingId: string;

  @ManyToOne(() => Booking, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'booking_id', foreignKeyConstraintName: 'booking_history_booking_fk' })
  booking: Booking;

  @Column('text')
  state: BookingState;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  @Column('text')
  actorKind: 'member' | 'machine' | 'system';

  @Column('uuid', { nullable: true })
  actorId: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  /** What was moved, and what an undo needs; null where only the state changed. */
  @Column('jsonb', { nullable: true })
  change: BookingChange | null;
}
