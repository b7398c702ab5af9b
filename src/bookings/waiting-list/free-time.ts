import type { Sql } from '../../platform/database/database.js';
import type { CalendarKind } from '../booking.states.js';
import { timeFreed } from './waiting-list.messages.js';

/**
 * Tells the waiting list of freed time, in the transaction that frees it. Says nothing where
 * nobody waits for it, which is mostly so.
 */
export async function freeTime(
  sql: Sql,
  machineId: string,
  { startsAt, endsAt }: { readonly startsAt: Date; readonly endsAt: Date },
): Promise<void> {
  await freeTimes(sql, machineId, [{ startsAt, endsAt }]);
}

/** The same for several times of one machine, in one statement. */
export async function freeTimes(
  sql: Sql,
  machineId: string,
  intervals: readonly { readonly startsAt: Date; readonly endsAt: Date }[],
): Promise<void> {
  const freed = intervals.map(({ startsAt, endsAt }) => ({ from: startsAt, to: endsAt }));
  await sql.run(
    `WITH freed AS (
       INSERT INTO freed_times (id, machine_id, from_at, to_at)
       SELECT gen_random_uuid(), $1, f."from", f."to"
         FROM jsonb_to_recordset($2::jsonb) AS f("from" timestamptz, "to" timestamptz)
        WHERE f."to" > now()
          AND EXISTS (SELECT 1 FROM waiting_list w JOIN machines m ON m.id = $1::uuid
                       WHERE w.state = 'waiting' AND w.from_at < f."to" AND w.to_at > f."from"
                         AND (w.machine_id = m.id OR w.machine_type = m.machine_type))
       RETURNING id)
     INSERT INTO outbox (destination, aggregate, name, payload)
     SELECT 'queue', 'line:' || $1::uuid::text, $3::text, jsonb_build_object('freedId', id) FROM freed`,
    [machineId, JSON.stringify(freed), timeFreed.name],
  );
}

/** What ended gives its time back; an offer that ended puts its wish in line again first. */
export async function freeTimeOf(
  sql: Sql,
  booking: {
    readonly id: string;
    readonly kind: CalendarKind;
    readonly machineId: string;
    readonly startsAt: Date;
    readonly endsAt: Date;
  },
): Promise<void> {
  if (booking.kind === 'offer') {
    await sql.run(
      `UPDATE waiting_list SET state = 'waiting', offer_id = NULL
        WHERE offer_id = $1 AND state = 'offered'`,
      [booking.id],
    );
  }
  await freeTime(sql, booking.machineId, booking);
}
