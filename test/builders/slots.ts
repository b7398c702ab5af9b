import { Temporal } from 'temporal-polyfill';
import type { Database, Sql } from '../../src/platform/database/database.js';

const dayMs = 86_400_000;

/** Midnight UTC of a day to come, and so many hours after it: `2026-11-26T10:00:00.000Z`. */
export function comingDay(days: number, hours: number): string {
  const midnight = Math.ceil(Date.now() / dayMs + days - 1) * dayMs;
  return new Date(midnight + hours * 3_600_000).toISOString();
}

/** The next change of the clocks of that zone that makes a day of so many hours. */
export function dayOfHours(hours: 23 | 25, timeZone: string): Temporal.PlainDate {
  let at = Temporal.Now.zonedDateTimeISO(timeZone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next) throw new Error(`the clocks of ${timeZone} never change`);
    if (next.hoursInDay === hours) return next.toPlainDate();
    at = next;
  }
}

/** Puts a booking, with what it occupies, back by so many seconds. */
export async function putBack(sql: Sql, bookingId: string, seconds: number): Promise<void> {
  await sql.run(
    `UPDATE bookings SET starts_at = starts_at - d, ends_at = ends_at - d,
            occupied = tstzrange(lower(occupied) - d, upper(occupied) - d)
       FROM make_interval(secs => $2) AS d WHERE id = $1`,
    [bookingId, seconds],
  );
}

/** Makes the planned step of that key (`booking:<id>`, `job:<id>`) due now. */
export async function bringForward(database: Database, key: string): Promise<void> {
  await database.run(
    `WITH due AS (UPDATE outbox SET available_at = now() WHERE key = $1 RETURNING 1)
     SELECT pg_notify('creneau_outbox', '') FROM due`,
    [`step:${key}`],
  );
}
