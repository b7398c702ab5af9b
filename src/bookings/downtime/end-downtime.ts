import type { By } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { lockMachine } from '../lock-machine.js';
import { moveBooking, moveBookingOrRefuse } from '../move-booking.js';
import { isDowntime } from './mark-machine.js';
import type { CalendarKind } from '../booking.states.js';

/**
 * Ends a downtime early: one under way is over now, one to come is called off. Its machine is
 * free at once. @throws booking.unknown, booking.state
 */
export async function endDowntime(
  sql: Sql,
  id: string,
  by: By,
  reason: string | null,
): Promise<void> {
  const entry = await sql.row<{ machineId: string; kind: CalendarKind; begun: boolean }>(
    `SELECT machine_id AS "machineId", kind, starts_at <= now() AS begun FROM bookings WHERE id = $1`,
    [id],
  );
  if (!entry || !isDowntime(entry.kind)) throw new DomainError('booking.unknown');
  await lockMachine(sql, entry.machineId);
  if (!entry.begun) {
    await moveBookingOrRefuse(sql, id, 'cancelled', by, reason);
    return;
  }
  // Its first step may not have come yet.
  await moveBooking(sql, id, 'checked_in', by);
  await moveBookingOrRefuse(sql, id, 'completed', by, reason);
}
