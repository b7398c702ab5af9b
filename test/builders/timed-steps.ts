import type { Database } from '../../src/platform/database/database.js';
import { bookingDue } from '../../src/bookings/bookings.messages.js';

export interface TimedSteps {
  readonly machineId: string;
  readonly count: number;
}

/**
 * Bookings of one machine whose next step is planned: half are requests whose hold runs out,
 * half are slots to which nobody comes. Nothing of it is due yet.
 */
export async function timedSteps(
  database: Database,
  machineId: string,
  memberId: string,
  count: number,
): Promise<TimedSteps> {
  await database.run(
    `WITH made AS (
       INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state, hold_until)
       SELECT gen_random_uuid(), $1, $2, s, s + interval '1 hour', tstzrange(s, s + interval '1 hour'),
              CASE WHEN n % 2 = 0 THEN 'requested' ELSE 'confirmed' END,
              CASE WHEN n % 2 = 0 THEN now() + interval '1 hour' END
         FROM generate_series(1, $3) AS n,
              LATERAL (SELECT now() + interval '1 hour' * (n + 2) AS s) AS slot
       RETURNING id, state, starts_at),
     past AS (
       INSERT INTO booking_history (booking_id, state, actor_kind)
       SELECT id, state, 'system' FROM made)
     INSERT INTO outbox (destination, aggregate, name, payload, key, available_at)
     SELECT 'queue', 'step:booking:' || id, $4, jsonb_build_object('bookingId', id),
            'step:booking:' || id, starts_at FROM made`,
    [machineId, memberId, count, bookingDue.name],
  );
  return { machineId, count };
}

/** All of them come due at once, as far as PostgreSQL's clock is concerned. */
export async function comeDue(database: Database, { machineId }: TimedSteps): Promise<void> {
  await database.transaction(async (sql) => {
    // Longer ago than the whole calendar reaches, so that no two rows ever overlap on the way.
    await sql.run(
      `UPDATE bookings SET hold_until = CASE WHEN state = 'requested' THEN now() END,
              starts_at = starts_at - d, ends_at = ends_at - d,
              occupied = tstzrange(lower(occupied) - d, upper(occupied) - d)
         FROM make_interval(years => 1) AS d WHERE machine_id = $1`,
      [machineId],
    );
    await sql.run(
      `UPDATE outbox SET available_at = now() WHERE key IN
         (SELECT 'step:booking:' || id FROM bookings WHERE machine_id = $1)`,
      [machineId],
    );
    await sql.run(`SELECT pg_notify('creneau_outbox', '')`);
  });
}

/** How many of the steps happened, and how many of these more than once or not as they should. */
export async function happened(
  database: Database,
  { machineId }: TimedSteps,
): Promise<{ done: number; wrong: number; told: number }> {
  const row = await database.row<{ done: number; wrong: number; told: number }>(
    `SELECT (count(*) FILTER (WHERE ends > 0))::int AS done,
            (count(*) FILTER (WHERE ends > 1 OR (ends = 1 AND NOT right_state)))::int AS wrong,
            coalesce(sum(told), 0)::int AS told
       FROM (SELECT (SELECT count(*) FROM booking_history h
                      WHERE h.booking_id = b.id AND h.state IN ('expired', 'missed')) AS ends,
                    CASE (SELECT h.state FROM booking_history h WHERE h.booking_id = b.id
                           ORDER BY h.id LIMIT 1)
                      WHEN 'requested' THEN b.state = 'expired' ELSE b.state = 'missed' END AS right_state,
                    (SELECT count(*) FROM notifications n WHERE n.subject_id = b.id) AS told
               FROM bookings b WHERE b.machine_id = $1) AS steps`,
    [machineId],
  );
  return row ?? { done: 0, wrong: 0, told: 0 };
}
