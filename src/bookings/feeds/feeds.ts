import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { byMember, isStaff } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Locale, MemberRole } from '../../people/member.entity.js';
import { audit } from '../../platform/audit/audit.js';
import type { Sql } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import type { FeedKind } from './calendar-feed.entity.js';
import './feeds.problems.js';

export interface FeedRow {
  readonly id: string;
  readonly kind: FeedKind;
  readonly machineId: string | null;
  readonly labId: string | null;
  readonly createdAt: Date;
  readonly lastReadAt: Date | null;
}

export interface WantedFeed {
  readonly kind: FeedKind;
  readonly machineId: string | null;
  readonly labId: string | null;
}

/** What whoever knows the address may read. */
export interface OpenFeed extends WantedFeed {
  readonly memberId: string;
  /** Of the feed's owner, as it is now. */
  readonly role: MemberRole;
  readonly locale: Locale;
  /** Of its machine, or of its lab. */
  readonly name: string | null;
}

/** One for each program and place; a list of hundreds would hide the one that leaked. */
const mostFeeds = 50;
const tokenBytes = 32;

/** @returns the secret of its address as well. @throws feed.what, feed.too_many, machine.unknown, lab.unknown */
export async function addFeed(
  sql: Sql,
  actor: Actor,
  { kind, machineId, labId }: WantedFeed,
): Promise<{ feed: FeedRow; token: string }> {
  const fits =
    (kind === 'machine') === (machineId !== null) && (kind === 'lab') === (labId !== null);
  if (!fits) throw new DomainError('feed.what');
  await requireThing(sql, { machineId, labId });
  const token = randomBytes(tokenBytes).toString('base64url');
  const feed = await sql.row<FeedRow & Record<string, unknown>>(
    `INSERT INTO calendar_feeds (id, kind, member_id, machine_id, lab_id, token_hash)
     SELECT $1, $2, $3, $4, $5, $6
      WHERE (SELECT count(*) FROM calendar_feeds
              WHERE member_id = $3 AND revoked_at IS NULL) < $7
     RETURNING id, kind, machine_id AS "machineId", lab_id AS "labId", created_at AS "createdAt",
               last_read_at AS "lastReadAt"`,
    [uuid(), kind, actor.id, machineId, labId, hashOf(token), mostFeeds],
  );
  if (!feed) throw new DomainError('feed.too_many', { limit: mostFeeds });
  await note(sql, actor, 'feed.created', feed.id, { kind, machineId, labId });
  return { feed, token };
}

/** Those that are not revoked, in the order in which they were made. */
export function listFeeds(
  sql: Sql,
  { memberId, after, limit }: { memberId: string; after: string | null; limit: number },
): Promise<FeedRow[]> {
  return sql.rows<FeedRow & Record<string, unknown>>(
    `SELECT id, kind, machine_id AS "machineId", lab_id AS "labId", created_at AS "createdAt",
            last_read_at AS "lastReadAt"
       FROM calendar_feeds
      WHERE member_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id > $2)
      ORDER BY id LIMIT $3`,
    [memberId, after, limit],
  );
}

/** By its owner or by staff; from now on its address leads nowhere. @throws feed.unknown */
export async function revokeFeed(sql: Sql, actor: Actor, id: string): Promise<void> {
  const revoked = await sql.row<{ kind: FeedKind; memberId: string }>(
    `UPDATE calendar_feeds SET revoked_at = now()
      WHERE id = $1 AND revoked_at IS NULL AND ($2 OR member_id = $3)
      RETURNING kind, member_id AS "memberId"`,
    [id, isStaff(actor), actor.id],
  );
  if (!revoked) throw new DomainError('feed.unknown');
  await note(sql, actor, 'feed.revoked', id, revoked);
}

/**
 * Unknown, revoked and a disabled member's are one and the same answer: an address tells nothing
 * but whether it works. @throws feed.unknown
 */
export async function openFeed(sql: Sql, token: string): Promise<OpenFeed> {
  const feed = await sql.row<OpenFeed & Record<string, unknown>>(
    `WITH feed AS (
       SELECT f.id, f.kind, f.member_id AS "memberId", f.machine_id AS "machineId",
              f.lab_id AS "labId", p.role, p.locale, coalesce(m.name, l.name) AS name
         FROM calendar_feeds f JOIN members p ON p.id = f.member_id
         LEFT JOIN machines m ON m.id = f.machine_id LEFT JOIN labs l ON l.id = f.lab_id
        WHERE f.token_hash = $1 AND f.revoked_at IS NULL AND p.disabled_at IS NULL),
     seen AS (
       UPDATE calendar_feeds f SET last_read_at = now() FROM feed
        WHERE f.id = feed.id
          AND (f.last_read_at IS NULL OR f.last_read_at < now() - interval '1 minute'))
     SELECT * FROM feed`,
    [hashOf(token)],
  );
  if (!feed) throw new DomainError('feed.unknown');
  return feed;
}

async function requireThing(
  sql: Sql,
  { machineId, labId }: Pick<WantedFeed, 'machineId' | 'labId'>,
): Promise<void> {
  if (machineId !== null) {
    const known = await sql.row('SELECT 1 FROM machines WHERE id = $1 AND retired_at IS NULL', [
      machineId,
    ]);
    if (!known) throw new DomainError('machine.unknown');
  }
  if (labId !== null) {
    const known = await sql.row('SELECT 1 FROM labs WHERE id = $1', [labId]);
    if (!known) throw new DomainError('lab.unknown');
  }
}

function note(
  sql: Sql,
  actor: Actor,
  action: string,
  id: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  return audit(sql, { action, by: byMember(actor), subject: { kind: 'feed', id }, facts });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
