import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { BookingState, CalendarKind } from './booking.states.js';
import { lockMachineOf } from './lock-machine.js';
import { wallText } from './series/series-row.js';

export interface LockedBooking {
  readonly id: string;
  readonly machineId: string;
  readonly kind: CalendarKind;
  readonly version: number;
  readonly memberId: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: BookingState;
  readonly purpose: string | null;
  readonly projectId: string | null;
  readonly seriesId: string | null;
  /** The wall start that the rule of its series gives, as text. */
  readonly occurrence: string | null;
  /** Its start has come. */
  readonly begun: boolean;
  readonly lab: string;
  readonly jobId: string | null;
  readonly jobState: string | null;
}

/** Whoever reads it locks `b`. */
export const selectLocked = `
  SELECT b.id, b.machine_id AS "machineId", b.kind, b.version, b.member_id AS "memberId",
         b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.state, b.purpose,
         b.project_id AS "projectId", b.series_id AS "seriesId",
         ${wallText('b.occurrence')} AS occurrence, b.starts_at <= now() AS begun,
         l.slug AS lab, j.id AS "jobId", j.state AS "jobState"
    FROM bookings b JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id
    LEFT JOIN LATERAL (SELECT id, state FROM jobs WHERE booking_id = b.id
                        ORDER BY id DESC LIMIT 1) j ON true`;

/**
 * The booking as it stands, and nobody changes it until the transaction ends; nor does its job go
 * on meanwhile. Jobs first, as wherever a run ends its booking. @throws booking.unknown
 */
export async function lockedBooking(sql: Sql, actor: Actor, id: string): Promise<LockedBooking> {
  await sql.run('SELECT 1 FROM jobs WHERE booking_id = $1 ORDER BY id FOR UPDATE', [id]);
  await lockMachineOf(sql, id);
  const booking = await sql.row<LockedBooking>(`${selectLocked} WHERE b.id = $1 FOR UPDATE OF b`, [
    id,
  ]);
  if (!booking) throw new DomainError('booking.unknown');
  if (!isStaff(actor) && booking.memberId !== actor.id) throw new DomainError('booking.unknown');
  return booking;
}
