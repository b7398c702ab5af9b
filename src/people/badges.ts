import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { audit } from '../platform/audit/audit.js';
import { instanceSecret } from '../platform/database/instance-secret.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { byMember } from './actor.js';
import type { Actor } from './actor.js';
import './people.problems.js';

export interface BadgeRow {
  readonly id: string;
  readonly memberId: string;
  readonly label: string | null;
  readonly addedAt: Date;
}

const selectBadges = `
  SELECT id, member_id AS "memberId", label, added_at AS "addedAt"
    FROM badges WHERE revoked_at IS NULL`;

/** Readers write one number in many ways: `04:a3:1f`, `04-A3-1F`, `04A31F`. */
export async function badgeHash(sql: Sql, uid: string): Promise<string> {
  const key = await instanceSecret(sql, 'badges');
  const number = uid.replace(/[\s:-]/g, '').toUpperCase();
  return createHmac('sha256', key).update(number).digest('hex');
}

/** @throws badge.taken, member.unknown */
export async function addBadge(
  sql: Sql,
  actor: Actor,
  badge: { memberId: string; uid: string; label: string | null },
): Promise<BadgeRow> {
  const { memberId, uid, label } = badge;
  const member = await sql.row('SELECT 1 FROM members WHERE id = $1', [memberId]);
  if (!member) throw new DomainError('member.unknown');
  const added = await sql.row<BadgeRow>(
    `INSERT INTO badges (id, member_id, uid_hash, label, added_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (uid_hash) WHERE revoked_at IS NULL DO NOTHING
     RETURNING id, member_id AS "memberId", label, added_at AS "addedAt"`,
    [uuid(), memberId, await badgeHash(sql, uid), label, actor.id],
  );
  if (!added) throw new DomainError('badge.taken');
  const subject = { kind: 'member', id: memberId };
  const facts = { badgeId: added.id };
  await audit(sql, { action: 'badge.added', by: byMember(actor), subject, facts });
  return added;
}

/** From now on no reader knows it. @throws badge.unknown */
export async function revokeBadge(
  sql: Sql,
  actor: Actor,
  memberId: string,
  id: string,
): Promise<void> {
  const revoked = await sql.run(
    `UPDATE badges SET revoked_at = now(), revoked_by = $3
      WHERE id = $1 AND member_id = $2 AND revoked_at IS NULL`,
    [id, memberId, actor.id],
  );
  if (revoked === 0) throw new DomainError('badge.unknown');
  const subject = { kind: 'member', id: memberId };
  await audit(sql, {
    action: 'badge.revoked',
    by: byMember(actor),
    subject,
    facts: { badgeId: id },
  });
}

export function listBadges(sql: Sql, memberId: string): Promise<BadgeRow[]> {
  return sql.rows<BadgeRow>(`${selectBadges} AND member_id = $1 ORDER BY id`, [memberId]);
}

/** Whose badge it is, if anybody's who may still come in. */
export async function badgeHolder(
  sql: Sql,
  uidHash: string,
): Promise<{ id: string; name: string } | null> {
  return sql.row<{ id: string; name: string }>(
    `SELECT m.id, m.name FROM badges b JOIN members m ON m.id = b.member_id
      WHERE b.uid_hash = $1 AND b.revoked_at IS NULL AND m.disabled_at IS NULL`,
    [uidHash],
  );
}
