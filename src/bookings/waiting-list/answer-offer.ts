import { effectiveRules, joinTypeRules } from '../../machines/inherited-rules.js';
import type { MachineRules } from '../../machines/machine-facts.js';
import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Database, Sql } from '../../platform/database/database.js';
import { announce } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../platform/problems/problem.js';
import { remember } from '../booking-history.js';
import { holdUntil, needsApproval } from '../booking.rules.js';
import { lockMachineOf } from '../lock-machine.js';
import { moveBooking, planNext } from '../move-booking.js';
import { wishOf } from './wishes.js';

interface OpenOffer {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly opened: boolean;
  readonly now: Date;
  readonly rules: MachineRules;
  readonly lab: string;
}

/**
 * The offer becomes a booking, unless it ran out: PostgreSQL's clock decides, and one winner
 * comes out of taking, declining and expiring at once. @throws wish.unknown, wish.state
 */
export function takeOffer(database: Database, actor: Actor, wishId: string): Promise<string> {
  return database.transaction(async (sql) => {
    const offerId = await openOfferOf(sql, actor, wishId);
    const offer = await sql.row<OpenOffer & Record<string, unknown>>(openOffer, [offerId]);
    if (!offer) throw await noOffer(sql, actor, wishId);
    const { rules, now, lab } = offer;
    const state = needsApproval(rules, offer) ? 'requested' : 'confirmed';
    const hold = state === 'requested' ? holdUntil(offer, now) : null;
    await sql.run(
      `UPDATE bookings SET kind = 'booking', state = $2, hold_until = $3, created_by = $4,
              version = version + 1 WHERE id = $1`,
      [offerId, state, hold, actor.id],
    );
    await sql.run(`UPDATE waiting_list SET state = 'taken' WHERE id = $1`, [wishId]);
    await remember(sql, { id: offerId, state, by: byMember(actor), reason: 'offer taken' });
    await announce(sql, { type: `booking.${state}`, id: offerId, labSlug: lab, kind: 'booking' });
    await planNext(sql, { ...offer, id: offerId, state, holdUntil: hold });
    return offerId;
  });
}

/** The slot goes to the next in line; the wish stays in it, for other time. */
export async function declineOffer(database: Database, actor: Actor, wishId: string) {
  await database.transaction(async (sql) => {
    const offerId = await openOfferOf(sql, actor, wishId);
    const declined = await moveBooking(sql, offerId, 'cancelled', byMember(actor), 'declined');
    if (!declined) throw await noOffer(sql, actor, wishId);
  });
}

/** Leaves the line, and gives back what was offered. @throws wish.unknown, wish.state */
export async function withdrawWish(database: Database, actor: Actor, wishId: string) {
  await database.transaction(async (sql) => {
    const { state, offerId } = await wishOf(sql, actor, wishId);
    if (state === 'offered' && offerId !== null) {
      await moveBooking(sql, offerId, 'cancelled', byMember(actor), 'withdrawn');
    }
    const withdrawn = await sql.run(
      `UPDATE waiting_list SET state = 'withdrawn' WHERE id = $1 AND state = 'waiting'`,
      [wishId],
    );
    if (withdrawn === 0) throw await noOffer(sql, actor, wishId);
  });
}

/** Nobody else answers it until the transaction ends. */
async function openOfferOf(sql: Sql, actor: Actor, wishId: string): Promise<string> {
  const { state, offerId } = await wishOf(sql, actor, wishId);
  if (state !== 'offered' || offerId === null) throw new DomainError('wish.state', { state });
  await lockMachineOf(sql, offerId);
  return offerId;
}

const openOffer = `
  SELECT b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.starts_at <= now() AS opened,
         now() AS now, ${effectiveRules} AS rules, l.slug AS lab
    FROM bookings b JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id
         ${joinTypeRules}
   WHERE b.id = $1 AND b.kind = 'offer' AND b.state = 'requested'
     AND b.hold_until > clock_timestamp() FOR UPDATE OF b`;

async function noOffer(sql: Sql, actor: Actor, wishId: string): Promise<DomainError> {
  const { state } = await wishOf(sql, actor, wishId);
  return new DomainError('wish.state', { state });
}
