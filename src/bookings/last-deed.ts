import type { Actor } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { BookingChange } from './booking-history.js';
import type { BookingState } from './booking.states.js';
import type { LockedBooking } from './locked-booking.js';

const undoSeconds = 10;

export interface LastDeed {
  readonly state: BookingState;
  readonly actorId: string | null;
  readonly change: BookingChange | null;
  readonly seconds: number;
  /** In which it left the booking. */
  readonly before: BookingState | null;
}

export async function lastDeed(sql: Sql, id: string): Promise<LastDeed | null> {
  return sql.row<LastDeed & Record<string, unknown>>(
    `SELECT h.state, h.actor_id AS "actorId", h.change,
            extract(epoch FROM now() - h.at)::float8 AS seconds,
            lead(h.state) OVER (ORDER BY h.id DESC) AS before
       FROM booking_history h WHERE h.booking_id = $1 ORDER BY h.id DESC LIMIT 1`,
    [id],
  );
}

/** @throws booking.undo_over, request.forbidden */
export function requireUndoable(
  actor: Actor,
  present: LockedBooking,
  deed: LastDeed | null,
): asserts deed is LastDeed & { before: BookingState } {
  const over = new DomainError('booking.undo_over', { seconds: undoSeconds });
  const kind = deed?.state === 'cancelled' || deed?.change?.moved !== undefined;
  if (!deed || !kind || deed.change?.undo || deed.before === null) throw over;
  if (present.state !== deed.state || present.kind !== 'booking') throw over;
  if (deed.actorId !== actor.id) throw new DomainError('request.forbidden');
  if (deed.seconds > undoSeconds) throw over;
}
