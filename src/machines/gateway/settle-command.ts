import { validate as isUuid } from 'uuid';
import type { Database } from '../../platform/database/database.js';
import { enqueue } from '../../platform/outbox/outbox.js';
import type { CommandAnswer } from '../drivers/driver.js';
import { commandSettled } from '../machines.messages.js';

/** Writes what a machine made of a command: only of one that it was sent, and only forwards. */
export async function settleCommand(
  database: Database,
  machineId: string,
  commandId: string,
  { status, error }: CommandAnswer,
): Promise<void> {
  if (!isUuid(commandId)) return;
  await database.transaction(async (sql) => {
    const settled = await sql.run(
      `UPDATE commands SET state = $3, error = $4,
              settled_at = CASE WHEN $3 = 'accepted' THEN settled_at ELSE now() END
        WHERE id = $1 AND machine_id = $2
          AND (state = 'sent' OR (state = 'accepted' AND $3 <> 'accepted'))`,
      [commandId, machineId, status, error],
    );
    if (settled === 0) return;
    await enqueue(sql, commandSettled, `machine:${machineId}`, { commandId, machineId });
  });
}
