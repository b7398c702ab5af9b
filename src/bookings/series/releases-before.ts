import type { Sql } from '../../platform/database/database.js';

/**
 * For each start, when neighbours shortly before it give the machine back; one question for all.
 * `except`: the bookings that move.
 */
export async function releasesBefore(
  sql: Sql,
  machineId: string,
  starts: readonly Date[],
  except: readonly string[],
): Promise<Map<number, Date[]>> {
  const rows = await sql.rows<{ at: Date; released: Date }>(releases, [machineId, starts, except]);
  const found = new Map<number, Date[]>();
  for (const { at, released } of rows) {
    found.set(at.getTime(), [...(found.get(at.getTime()) ?? []), released]);
  }
  return found;
}

// The state list is the exclusion constraint's, word for word, so its index serves.
const releases = `
  SELECT s.at, upper(b.occupied) AS released
    FROM unnest($2::timestamptz[]) AS s(at)
    JOIN bookings b ON b.machine_id = $1 AND b.occupied && tstzrange(s.at - interval '12 hours', s.at)
   WHERE b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
     AND b.id <> ALL ($3::uuid[])`;
