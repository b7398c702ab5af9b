import { Injectable } from '@nestjs/common';
import { byMember } from '../../people/actor.js';
import type { Actor, By } from '../../people/actor.js';
import { Database, sqlState } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/database.js';
import { enqueueEach } from '../../platform/outbox/outbox-together.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingFacts } from '../booking-facts.js';
import type { BookingChange } from '../booking-history.js';
import type { BookingState } from '../booking.states.js';
import { bookingRestored } from '../bookings.messages.js';
import { lastDeed, requireUndoable } from '../last-deed.js';
import type { Planned } from '../move-booking.js';
import { lockedSeries } from './locked-series.js';
import type { LockedOccurrence, LockedSeries } from './locked-series.js';
import { recordTogether } from './record-together.js';
import { seriesRefusal } from './refused-occurrence.js';
import { SeriesAlternatives } from './series-alternatives.js';
import { takenOccurrences } from './taken-occurrences.js';

/** Takes back a cancel of several occurrences: all of them come back, or none. */
@Injectable()
export class UndoSeries {
  constructor(
    private readonly alternatives: SeriesAlternatives,
    private readonly database: Database,
  ) {}

  /**
   * @throws booking.unknown, booking.undo_over, series.none, series.conflict,
   *   series.move_not_undone, request.forbidden
   */
  async undo(actor: Actor, id: string, together: string): Promise<void> {
    let cancelled: CancelledOccurrence[] = [];
    try {
      await this.database.transaction(async (sql) => {
        const locked = await lockedSeries(sql, actor, id);
        const deed = await lastDeed(sql, id);
        requireUndoable(actor, locked.named, deed);
        if (deed.change?.moved) throw new DomainError('series.move_not_undone');
        cancelled = await cancelledTogether(sql, locked, together);
        await restoreTogether(sql, cancelled, byMember(actor));
      });
    } catch (error) {
      const code = sqlState(error);
      if (code !== '23P01' && code !== '40P01') throw error;
      throw await this.taken(cancelled);
    }
  }

  private async taken(cancelled: readonly CancelledOccurrence[]): Promise<DomainError> {
    const [first] = cancelled;
    if (!first?.memberId) return seriesRefusal([]);
    const { machineId, memberId, startsAt } = first;
    const facts = await bookingFacts(this.database, machineId, { memberId, startsAt });
    const wanted = cancelled.map((one) => ({
      id: one.id,
      date: one.at.toPlainDate().toString(),
      interval: one,
    }));
    const refused = await takenOccurrences(this.database, facts.machine, wanted);
    return seriesRefusal(refused, await this.alternatives.to(refused, facts, memberId));
  }
}

interface Cancelled {
  id: string;
  before: BookingState | null;
  change: BookingChange;
}

type CancelledOccurrence = LockedOccurrence & Pick<Cancelled, 'before' | 'change'>;

/** What of the series was cancelled in that one go and nothing happened to since. */
async function cancelledTogether(
  sql: Sql,
  { bookings }: LockedSeries,
  together: string,
): Promise<CancelledOccurrence[]> {
  const last = await sql.rows<Cancelled & Record<string, unknown>>(lastDeeds, [
    bookings.map(({ id }) => id),
    together,
  ]);
  const known = new Map(last.map((deed) => [deed.id, deed]));
  return bookings.flatMap((booking) => {
    const deed = known.get(booking.id);
    return deed ? { ...booking, before: deed.before, change: deed.change } : [];
  });
}

/** The exclusion constraint decides: its 23P01 is "taken", and ends the transaction. */
async function restoreTogether(
  sql: Sql,
  cancelled: readonly CancelledOccurrence[],
  by: By,
): Promise<void> {
  const rows = await sql.rows<Planned & Record<string, unknown>>(
    `UPDATE bookings b SET state = r.before, version = b.version + 1
       FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, before text) WHERE b.id = r.id
     RETURNING b.id, b.state, b.starts_at AS "startsAt", b.ends_at AS "endsAt",
               b.starts_at <= now() AS opened, b.hold_until AS "holdUntil"`,
    [JSON.stringify(cancelled.map(({ id, before }) => ({ id, before })))],
  );
  const lab = cancelled[0]?.lab ?? '';
  const undone = rows.map((row) => ({ ...row, lab, change: { undo: true } as const }));
  await recordTogether(sql, undone, { by, type: 'booking.changed' });
  const jobs = cancelled.flatMap(({ id, change: { jobId } }) =>
    jobId ? { aggregate: `booking:${id}`, payload: { bookingId: id, jobId } } : [],
  );
  await enqueueEach(sql, bookingRestored, jobs);
}

const lastDeeds = `
  SELECT d.id, d.before, d.change
    FROM (SELECT h.booking_id AS id, h.state, h.change, lead(h.state) OVER latest AS before,
                 row_number() OVER latest AS place
            FROM booking_history h WHERE h.booking_id = ANY($1)
          WINDOW latest AS (PARTITION BY h.booking_id ORDER BY h.id DESC)) d
   WHERE d.place = 1 AND d.state = 'cancelled' AND d.change ->> 'together' = $2`;
