import type { Sql } from '../../platform/database/database.js';
import { announce } from '../../platform/outbox/outbox.js';
import type { BookingState, CalendarKind } from '../booking.states.js';

interface MovedEntry {
  readonly id: string;
  readonly machineId: string;
  readonly kind: CalendarKind;
  readonly state: BookingState;
  readonly lab: string;
}

export function isDowntime(kind: CalendarKind): boolean {
  return kind === 'maintenance' || kind === 'outage';
}

/** A machine knows the downtime it is in; gateways hear of the change and show it as its state. */
export async function markMachine(sql: Sql, entry: MovedEntry): Promise<void> {
  if (!isDowntime(entry.kind)) return;
  const begins = entry.state === 'checked_in';
  const changed = begins
    ? await sql.run('UPDATE machines SET downtime_id = $2 WHERE id = $1', [
        entry.machineId,
        entry.id,
      ])
    : await sql.run('UPDATE machines SET downtime_id = NULL WHERE id = $1 AND downtime_id = $2', [
        entry.machineId,
        entry.id,
      ]);
  if (changed === 0) return;
  const type = begins ? 'machine.downtime_began' : 'machine.downtime_ended';
  await announce(sql, { type, id: entry.machineId, labSlug: entry.lab, kind: 'machine' });
}
