import type { Database } from '../../src/platform/database/database.js';
import { machineCount } from './lab.js';
import type { BenchLab } from './lab.js';

/** Hourly from 07:00 UTC: a million bookings are five years of them. */
const perDay = 11;
/** Days ahead that are filled; beyond them every slot is free. */
export const filledDays = 35;

/**
 * Years of bookings up to five weeks from now: eleven a machine and day, of 15 to 45 minutes with
 * gaps between some of them, one in ten given up. The exclusion constraint is put back afterwards, which
 * checks every row of it.
 */
export async function fillCalendar(
  database: Database,
  lab: BenchLab,
  bookings: number,
): Promise<void> {
  const days = Math.ceil(bookings / (perDay * machineCount));
  await database.transaction(async (sql) => {
    const constraint = await sql.row<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition
         FROM pg_constraint WHERE conname = 'bookings_no_overlap'`,
    );
    if (!constraint) throw new Error('The exclusion constraint is missing.');
    await sql.run('ALTER TABLE bookings DROP CONSTRAINT bookings_no_overlap');
    await sql.run(fillSql, [
      lab.machines.map(({ id }) => id),
      lab.members.map(({ id }) => id),
      days,
      filledDays,
      perDay,
      bookings,
    ]);
    await sql.run(
      `ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap ${constraint.definition}`,
    );
    await sql.run(
      `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id)
       SELECT id, 'confirmed', 'member', member_id FROM bookings`,
    );
  });
  await database.run('VACUUM ANALYZE');
}

const fillSql = `
  WITH drawn AS (
    SELECT machine_id, number, day, k, abs(hashint8(number * 1000003 + day * 101 + k)) AS dice
      FROM generate_series($4::int - $3::int, $4::int - 1) AS day,
           unnest($1::uuid[]) WITH ORDINALITY AS m(machine_id, number),
           generate_series(0, $5::int - 1) AS k
     ORDER BY day, k LIMIT $6),
  placed AS (
    SELECT machine_id, dice, day,
           date_trunc('day', now()) + make_interval(days => day, hours => 7 + k,
                                                    mins => (dice % 2)::int * 15) AS starts_at,
           make_interval(mins => (15 + dice / 2 % 3 * 15)::int) AS length
      FROM drawn)
  INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, state, created_at)
  SELECT gen_random_uuid(), machine_id, ($2::uuid[])[1 + dice / 16 % cardinality($2::uuid[])],
         starts_at, starts_at + length, tstzrange(starts_at, starts_at + length),
         CASE WHEN dice / 1024 % 10 = 0 THEN 'cancelled'
              WHEN day < 0 THEN 'completed' ELSE 'confirmed' END,
         starts_at - interval '5 days'
    FROM placed`;
