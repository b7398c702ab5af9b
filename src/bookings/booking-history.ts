import type { By } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import type { BookingState } from './booking.states.js';

/** An interval as JSON keeps it. */
export interface KeptInterval {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What a row of the history says beside the state. */
export interface BookingChange {
  readonly moved?: { readonly from: KeptInterval; readonly to: KeptInterval };
  /** The job that lost its slot with the cancel. */
  readonly jobId?: string | null;
  /** Of all that was cancelled or moved in one go: one undo takes them all back. */
  readonly together?: string;
  /** An undo is not undone. */
  readonly undo?: true;
}

export interface Remembered {
  readonly id: string;
  readonly state: BookingState;
  readonly by: By;
  readonly reason?: string | null;
  readonly change?: BookingChange;
}

export async function remember(sql: Sql, entry: Remembered): Promise<void> {
  const { id, state, by, reason, change } = entry;
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason, change)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, state, by.kind, by.id, reason ?? null, change ? JSON.stringify(change) : null],
  );
}

/** The same for many in one statement. */
export async function rememberEach(
  sql: Sql,
  entries: readonly Pick<Remembered, 'id' | 'state' | 'change'>[],
  { by, reason }: Pick<Remembered, 'by' | 'reason'>,
): Promise<void> {
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason, change)
     SELECT e.id, e.state, $2, $3, $4, e.change
       FROM jsonb_to_recordset($1::jsonb) AS e(id uuid, state text, change jsonb)`,
    [JSON.stringify(entries), by.kind, by.id, reason ?? null],
  );
}
