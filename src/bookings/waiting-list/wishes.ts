import { v7 as uuid } from 'uuid';
import type { MachineType } from '../../machines/machine-facts.js';
import { isStaff } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import type { WishState } from './wish.states.js';
import './waiting-list.problems.js';

export interface WishRow {
  id: string;
  memberId: string;
  memberName: string;
  machineId: string | null;
  machineType: MachineType | null;
  from: Date;
  to: Date;
  seconds: number;
  purpose: string | null;
  state: WishState;
  /** Nothing of its interval is to come. */
  over: boolean;
  offerId: string | null;
  offerMachineId: string | null;
  offerStartsAt: Date | null;
  offerEndsAt: Date | null;
  holdUntil: Date | null;
  createdAt: Date;
}

export interface NewWish {
  readonly machineId: string | null;
  readonly machineType: MachineType | null;
  readonly from: Date;
  readonly to: Date;
  readonly seconds: number;
  readonly purpose: string | null;
}

const selectWishes = `
  SELECT w.id, w.member_id AS "memberId", p.name AS "memberName", w.machine_id AS "machineId",
         w.machine_type AS "machineType", w.from_at AS "from", w.to_at AS "to", w.seconds, w.purpose,
         w.state, w.to_at <= now() AS over, w.offer_id AS "offerId",
         b.machine_id AS "offerMachineId", b.starts_at AS "offerStartsAt", b.ends_at AS "offerEndsAt",
         b.hold_until AS "holdUntil", w.created_at AS "createdAt"
    FROM waiting_list w JOIN members p ON p.id = w.member_id
    LEFT JOIN bookings b ON b.id = w.offer_id`;

/** Nobody needs more places in line; a line of thousands would only slow it. */
const mostWishes = 20;

/** @throws machine.unknown, wish.too_many */
export async function addWish(sql: Sql, actor: Actor, wish: NewWish): Promise<string> {
  const { machineId, machineType, from, to, seconds, purpose } = wish;
  try {
    const added = await sql.row<{ id: string }>(
      `INSERT INTO waiting_list (id, member_id, machine_id, machine_type, from_at, to_at, seconds, purpose)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8
        WHERE (SELECT count(*) FROM waiting_list
                WHERE member_id = $2 AND state IN ('waiting', 'offered') AND to_at > now()) < $9
       RETURNING id`,
      [uuid(), actor.id, machineId, machineType, from, to, seconds, purpose, mostWishes],
    );
    if (!added) throw new DomainError('wish.too_many', { limit: mostWishes });
    return added.id;
  } catch (error) {
    if (sqlState(error) === '23503') throw new DomainError('machine.unknown');
    throw error;
  }
}

/** The member's own, or any to staff. @throws wish.unknown */
export async function wishOf(sql: Sql, actor: Actor, id: string): Promise<WishRow> {
  const wish = await sql.row<WishRow>(`${selectWishes} WHERE w.id = $1`, [id]);
  if (!wish || !(isStaff(actor) || wish.memberId === actor.id)) {
    throw new DomainError('wish.unknown');
  }
  return wish;
}

/** In the order in which they were made; a plain member sees their own. */
export function listWishes(
  sql: Sql,
  actor: Actor,
  filter: {
    memberId: string | null;
    states: readonly WishState[] | null;
    after: string | null;
    limit: number;
  },
): Promise<WishRow[]> {
  return sql.rows<WishRow>(
    `${selectWishes}
      WHERE ($1::uuid IS NULL OR w.member_id = $1) AND ($2::text[] IS NULL OR w.state = ANY($2))
        AND ($3::uuid IS NULL OR w.id > $3)
      ORDER BY w.id LIMIT $4`,
    [isStaff(actor) ? filter.memberId : actor.id, filter.states, filter.after, filter.limit],
  );
}
