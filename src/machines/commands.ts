import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import type { CommandType } from './drivers/driver.js';

export const commandChannel = 'creneau_commands';

export interface NewCommand {
  readonly machineId: string;
  readonly dispatchId: string | null;
  readonly jobId: string | null;
  readonly type: CommandType;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly expiresInSeconds: number;
}

/**
 * Writes a command for a gateway to publish once the transaction is committed. A dispatch is
 * prepared and started at most once: asking again gives null and changes nothing.
 */
export async function issueCommand(sql: Sql, command: NewCommand): Promise<string | null> {
  const row = await sql.row<{ id: string }>(
    `WITH added AS (
       INSERT INTO commands (id, machine_id, dispatch_id, job_id, type, args, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
       ON CONFLICT (dispatch_id, type) WHERE type IN ('prepare', 'start') DO NOTHING
       RETURNING id)
     SELECT id, pg_notify('${commandChannel}', '') FROM added`,
    [
      uuid(),
      command.machineId,
      command.dispatchId,
      command.jobId,
      command.type,
      JSON.stringify(command.args ?? {}),
      command.expiresInSeconds,
    ],
  );
  return row?.id ?? null;
}

/** Keeps back what has not left for the machine yet; gives the types of it. */
export async function withdrawCommands(sql: Sql, dispatchId: string): Promise<CommandType[]> {
  const rows = await sql.rows<{ type: CommandType }>(
    `UPDATE commands SET state = 'expired', error = 'withdrawn', settled_at = now()
      WHERE dispatch_id = $1 AND state = 'pending' RETURNING type`,
    [dispatchId],
  );
  return rows.map(({ type }) => type);
}

/** Nobody waits any more for what came of them; their last word stays as it was. */
export async function letGoOfCommands(sql: Sql, dispatchId: string): Promise<void> {
  await sql.run(
    `UPDATE commands SET settled_at = now()
      WHERE dispatch_id = $1 AND state IN ('sent', 'accepted') AND settled_at IS NULL`,
    [dispatchId],
  );
}
