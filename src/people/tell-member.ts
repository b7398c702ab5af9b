import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { announce } from '../platform/outbox/outbox.js';

export interface Word {
  readonly memberId: string;
  /** For example `booking.missed`; the notifications room has the words for it. */
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** The lab whose live bus carries the news. */
  readonly labSlug: string;
  /** What the words need: names of machines, instants as RFC 3339, ids. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Left out: kind and subject, so that each is told once. */
  readonly key?: string;
}

/**
 * Tells a member something, once, in the transaction of the deed: what was rolled back is not
 * told, and a lost queue loses no word. False when it was told before.
 */
export async function tellMember(sql: Sql, word: Word): Promise<boolean> {
  const { memberId, kind, subject, facts = {}, labSlug } = word;
  const id = uuid();
  const told = await sql.run(
    `INSERT INTO notifications (id, member_id, kind, subject_kind, subject_id, facts, key)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING`,
    [
      id,
      memberId,
      kind,
      subject.kind,
      subject.id,
      JSON.stringify(facts),
      word.key ?? `${kind}:${subject.id}`,
    ],
  );
  if (told === 0) return false;
  await announce(sql, { type: 'notification.added', id, labSlug, kind: 'notification' });
  return true;
}
