import type { Sql } from '../platform/database/database.js';

/**
 * Rivals for a machine take their turn until the end of the transaction. For whoever changes
 * rows that are in the exclusion constraint already, or several at once; in the order of ids
 * where more than one machine is needed.
 */
export async function lockMachine(sql: Sql, machineId: string): Promise<void> {
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [machineId]);
}

/** The machine of that booking. */
export async function lockMachineOf(sql: Sql, bookingId: string): Promise<void> {
  await sql.run(
    `SELECT pg_advisory_xact_lock(hashtextextended(machine_id::text, 1)) FROM bookings WHERE id = $1`,
    [bookingId],
  );
}
