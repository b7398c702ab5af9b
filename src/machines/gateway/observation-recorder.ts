import type { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { enqueue } from '../../platform/outbox/outbox.js';
import type { LiveState } from '../live/live-state.rules.js';
import { machineObserved } from '../machines.messages.js';

/** A machine that only repeats itself is noted this often. */
const restMs = 10_000;
const retryMs = 1_000;
/** By less than this an expected end may move without anybody being told. */
const driftMs = 60_000;

/**
 * Writes what machines said to PostgreSQL, apart from the ingest: one write at a time per
 * machine, always of the newest state, so that a burst costs one row and order holds.
 */
export class ObservationRecorder {
  private readonly waiting = new Map<string, LiveState>();
  private readonly writing = new Map<string, Promise<void>>();
  private readonly writtenAt = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  record(machineId: string, live: LiveState, matters: boolean): void {
    const rested = performance.now() - (this.writtenAt.get(machineId) ?? -Infinity) > restMs;
    if (!matters && !rested && !this.waiting.has(machineId)) return;
    this.waiting.set(machineId, live);
    if (this.writing.has(machineId)) return;
    const writing = this.drain(machineId).finally(() => this.writing.delete(machineId));
    this.writing.set(machineId, writing);
  }

  /** Resolves once what can be written was; machines say the rest again after the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.writing.values());
  }

  private async drain(machineId: string): Promise<void> {
    for (let live = this.waiting.get(machineId); live; live = this.waiting.get(machineId)) {
      this.waiting.delete(machineId);
      try {
        await this.write(machineId, live);
        this.writtenAt.set(machineId, performance.now());
      } catch (error) {
        this.log.warn({ err: error, machineId }, 'observation not written, will try again');
        if (this.stopped) return;
        if (!this.waiting.has(machineId)) this.waiting.set(machineId, live);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  private async write(machineId: string, live: LiveState): Promise<void> {
    await this.database.transaction(async (sql) => {
      const before = await sql.row<{
        connection: string;
        state: string;
        commandId: string | null;
        error: string | null;
        done: boolean;
        runEndsAt: Date | null;
      }>(
        `SELECT connection, state, command_id AS "commandId", error, coalesce(progress = 1, false) AS done,
                run_ends_at AS "runEndsAt"
           FROM machine_observations WHERE machine_id = $1 FOR UPDATE`,
        [machineId],
      );
      const after = await sql.row<{ runEndsAt: Date | null }>(
        `INSERT INTO machine_observations
           (machine_id, connection, state, command_id, progress, error, since, last_seen_at, run_ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))
         ON CONFLICT (machine_id) DO UPDATE
           SET connection = excluded.connection, state = excluded.state,
               command_id = excluded.command_id, progress = excluded.progress,
               error = excluded.error, since = excluded.since, last_seen_at = excluded.last_seen_at,
               run_ends_at = excluded.run_ends_at
         RETURNING run_ends_at AS "runEndsAt"`,
        [
          machineId,
          live.connection,
          live.state,
          live.commandId,
          live.progress,
          live.error,
          new Date(live.since),
          live.lastSeenAt === null ? null : new Date(live.lastSeenAt),
          remainingSeconds(live),
        ],
      );
      const moved = before?.connection !== live.connection || before.state !== live.state;
      if (moved) {
        await sql.run(
          'INSERT INTO machine_history (machine_id, connection, state, error) VALUES ($1, $2, $3, $4)',
          [machineId, live.connection, live.state, live.error],
        );
      }
      const matters =
        moved ||
        before.commandId !== live.commandId ||
        before.error !== live.error ||
        before.done !== (live.progress === 1) ||
        drifted(before.runEndsAt, after?.runEndsAt ?? null);
      if (matters) await enqueue(sql, machineObserved, `machine:${machineId}`, { machineId });
    });
  }
}

/** Null while no run goes on. */
function remainingSeconds({ state, remaining }: LiveState): number | null {
  return state === 'running' || state === 'paused' ? remaining : null;
}

function drifted(before: Date | null, after: Date | null): boolean {
  if (!before || !after) return before !== after;
  return Math.abs(after.getTime() - before.getTime()) > driftMs;
}
