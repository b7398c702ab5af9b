import { Injectable } from '@nestjs/common';
import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database, sqlState } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { announce, enqueue } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import { bookingFacts } from './booking-facts.js';
import { remember } from './booking-history.js';
import type { BookingState } from './booking.states.js';
import { bookingRestored } from './bookings.messages.js';
import { requireMovable } from './judge-move.js';
import { lastDeed, requireUndoable } from './last-deed.js';
import type { LastDeed } from './last-deed.js';
import { lockedBooking } from './locked-booking.js';
import type { LockedBooking } from './locked-booking.js';
import { planNext } from './move-booking.js';
import { NearestSlots } from './nearest-slots.js';
import { rewriteBooking } from './rewrite-booking.js';
import { UndoSeries } from './series/undo-series.js';

/**
 * Takes back a cancel or a move as though it had not been: no rule is asked again, but the slot
 * must still be free. It is outside the table of states, since it leads nowhere new.
 */
@Injectable()
export class UndoBooking {
  constructor(
    private readonly nearest: NearestSlots,
    private readonly series: UndoSeries,
    private readonly database: Database,
  ) {}

  /**
   * @throws booking.unknown, booking.undo_over, booking.overlap, booking.job_under_way,
   *   request.forbidden, series.conflict, series.move_not_undone
   */
  async undo(actor: Actor, id: string): Promise<void> {
    const together = (await lastDeed(this.database, id))?.change?.together;
    if (together !== undefined) return this.series.undo(actor, id, together);
    let present: LockedBooking | null = null;
    try {
      await this.database.transaction(async (sql) => {
        present = await lockedBooking(sql, actor, id);
        const deed = await lastDeed(sql, id);
        requireUndoable(actor, present, deed);
        if (deed.change?.moved) await moveBack(sql, actor, present, deed);
        else await restore(sql, actor, present, deed);
      });
    } catch (error) {
      const code = sqlState(error);
      if (code !== '23P01' && code !== '40P01') throw error;
      throw await this.taken(present);
    }
  }

  private async taken(present: LockedBooking | null): Promise<DomainError> {
    if (!present?.memberId) return new DomainError('booking.overlap', { alternatives: [] });
    const { id, machineId, memberId, startsAt } = present;
    const facts = await bookingFacts(this.database, machineId, { memberId, startsAt, except: id });
    const alternatives = await this.nearest.to(present, facts, memberId, id);
    return new DomainError('booking.overlap', { alternatives });
  }
}

async function moveBack(
  sql: Sql,
  actor: Actor,
  present: LockedBooking,
  { change, before }: LastDeed & { before: BookingState },
): Promise<void> {
  const from = change?.moved?.from;
  if (!from) return;
  const was = { startsAt: new Date(from.startsAt), endsAt: new Date(from.endsAt) };
  // Its job may have begun in the new slot meanwhile.
  requireMovable(present, was);
  const facts = await bookingFacts(sql, present.machineId, {
    memberId: present.memberId,
    startsAt: was.startsAt,
    except: present.id,
  });
  const { purpose } = present;
  const about = { rules: facts.machine.rules, now: facts.now };
  const deed = { by: byMember(actor), undo: true } as const;
  await rewriteBooking(sql, present, { ...was, state: before, purpose }, about, deed);
}

async function restore(
  sql: Sql,
  actor: Actor,
  { id, lab }: LockedBooking,
  { before, change }: LastDeed & { before: BookingState },
): Promise<void> {
  const row = await sql.row<Parameters<typeof planNext>[1]>(
    `UPDATE bookings SET state = $2, version = version + 1 WHERE id = $1
     RETURNING id, state, starts_at AS "startsAt", ends_at AS "endsAt",
               starts_at <= now() AS opened, hold_until AS "holdUntil"`,
    [id, before],
  );
  if (!row) throw new DomainError('booking.unknown');
  await remember(sql, { id, state: before, by: byMember(actor), change: { undo: true } });
  await announce(sql, { type: 'booking.changed', id, labSlug: lab, kind: 'booking' });
  await planNext(sql, row);
  const jobId = change?.jobId;
  if (jobId) await enqueue(sql, bookingRestored, `booking:${id}`, { bookingId: id, jobId });
}
