import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { MachineType } from '../../machines/machine-facts.js';
import { Machine } from '../../machines/machine.entity.js';
import { Member } from '../../people/member.entity.js';
import { Booking } from '../booking.entity.js';
import type { WishState } from './wish.states.js';

/** Time that a member would take if it were freed. The line is in the order of `createdAt`. */
@Entity('waiting_list')
@Check('waiting_list_state', `state IN ('waiting', 'offered', 'taken', 'withdrawn')`)
@Check('waiting_list_where', '(machine_id IS NULL) <> (machine_type IS NULL)')
@Check('waiting_list_room', 'seconds > 0 AND from_at < to_at')
@Check('waiting_list_offer', `(state IN ('offered', 'taken')) = (offer_id IS NOT NULL)`)
@Index('waiting_list_line', ['createdAt', 'id'], { where: `state = 'waiting'` })
@Index('waiting_list_member', ['memberId', 'id'])
@Index('waiting_list_offer_unique', ['offerId'], { unique: true })
export class Wish {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'waiting_list_pk' })
  id: string;

  @Column('uuid')
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'waiting_list_member_fk' })
  member: Member;

  /** That machine, or any of that type. */
  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'waiting_list_machine_fk' })
  machine: Machine | null;

  @Column('text', { nullable: true })
  machineType: MachineType | null;

  @Column('timestamptz')
  fromAt: Date;

  @Column('timestamptz')
  toAt: Date;

  @Column('int')
  seconds: number;

  @Column('text', { nullable: true })
  purpose: string | null;

  @Column('text', { default: 'waiting' })
  state: WishState;

  /** What is offered now, or the booking it became. */
  @Column('uuid', { nullable: true })
  offerId: string | null;

  @ManyToOne(() => Booking, { nullable: true })
  @JoinColumn({ name: 'offer_id', foreignKeyConstraintName: 'waiting_list_offer_fk' })
  offer: Booking | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

/** Every offer made for a wish: time that was let pass is not offered to the same wish again. */
@Entity('waiting_offers')
@Index('waiting_offers_wish', ['wishId'])
export class WaitingOffer {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'waiting_offers_pk' })
  offerId: string;

  @ManyToOne(() => Booking, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'offer_id', foreignKeyConstraintName: 'waiting_offers_offer_fk' })
  offer: Booking;

  @Column('uuid')
  wishId: string;

  @ManyToOne(() => Wish, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'wish_id', foreignKeyConstraintName: 'waiting_offers_wish_fk' })
  wish: Wish;
}
