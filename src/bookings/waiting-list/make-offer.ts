import { v7 as uuid } from 'uuid';
import type { CatalogueMachine } from '../../machines/catalogue.js';
import type { Interval } from '../../machines/opening-hours.rules.js';
import { bySystem } from '../../people/actor.js';
import { tellMember } from '../../people/tell-member.js';
import type { Sql } from '../../platform/database/database.js';
import { announce } from '../../platform/outbox/outbox.js';
import { remember } from '../booking-history.js';
import { planNext } from '../move-booking.js';
import type { InLine } from './line.js';

/**
 * Holds the slot for that member alone, and tells them. Null when somebody was first with the
 * slot, or when the wish is no longer in line: another worker may have offered it other time.
 */
export async function makeOffer(
  sql: Sql,
  machine: CatalogueMachine,
  wish: InLine,
  slot: Interval,
): Promise<string | null> {
  const { memberId, purpose } = wish;
  const inLine = await sql.row(
    `SELECT 1 FROM waiting_list WHERE id = $1 AND state = 'waiting' FOR UPDATE`,
    [wish.id],
  );
  if (!inLine) return null;
  const held = await holdSlot(sql, machine, { ...slot, memberId, purpose });
  if (!held) return null;
  const { id, holdUntil } = held;
  await sql.run(`UPDATE waiting_list SET state = 'offered', offer_id = $2 WHERE id = $1`, [
    wish.id,
    id,
  ]);
  await sql.run('INSERT INTO waiting_offers (offer_id, wish_id) VALUES ($1, $2)', [id, wish.id]);
  await remember(sql, { id, state: 'requested', by: bySystem, reason: 'waiting list' });
  await announce(sql, {
    type: 'booking.requested',
    id,
    labSlug: machine.lab,
    kind: 'booking',
  });
  await planNext(sql, { id, state: 'requested', ...slot, opened: false, holdUntil });
  await tellMember(sql, {
    memberId,
    kind: 'waiting-list.offered',
    subject: { kind: 'booking', id },
    labSlug: machine.lab,
    facts: {
      wishId: wish.id,
      machineId: machine.id,
      machineName: machine.name,
      startsAt: slot.startsAt.toISOString(),
      endsAt: slot.endsAt.toISOString(),
      holdUntil: holdUntil.toISOString(),
    },
  });
  return id;
}

// Whoever places a booking does not wait for our lock: the constraint decides here as well.
function holdSlot(
  sql: Sql,
  { id: machineId, rules }: CatalogueMachine,
  slot: Interval & { memberId: string; purpose: string | null },
): Promise<{ id: string; holdUntil: Date } | null> {
  const { startsAt, endsAt } = slot;
  return sql.row<{ id: string; holdUntil: Date }>(
    `INSERT INTO bookings (id, machine_id, member_id, starts_at, ends_at, occupied, kind, state,
                           purpose, hold_until)
     VALUES ($1, $2, $3, $4, $5, tstzrange($6, $7), 'offer', 'requested', $8,
             least($5, now() + make_interval(secs => $9)))
     ON CONFLICT DO NOTHING RETURNING id, hold_until AS "holdUntil"`,
    [
      uuid(),
      machineId,
      slot.memberId,
      startsAt,
      endsAt,
      new Date(startsAt.getTime() - rules.setup * 1_000),
      new Date(endsAt.getTime() + rules.cleanup * 1_000),
      slot.purpose,
      rules.offerHold,
    ],
  );
}
