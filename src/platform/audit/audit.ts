import type { Sql } from '../database/database.js';

export interface Deed {
  /** For example `booking.overridden`. */
  readonly action: string;
  readonly by: { readonly kind: 'member' | 'machine' | 'system'; readonly id: string | null };
  readonly subject: { readonly kind: string; readonly id: string };
  readonly reason?: string | null;
  /** Ids and codes, no personal data. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Notes a deed in the transaction that does it. */
export async function audit(sql: Sql, { action, by, subject, reason, facts }: Deed): Promise<void> {
  await sql.run(
    `INSERT INTO audit (actor_kind, actor_id, action, subject_kind, subject_id, reason, facts)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [by.kind, by.id, action, subject.kind, subject.id, reason ?? null, JSON.stringify(facts ?? {})],
  );
}
