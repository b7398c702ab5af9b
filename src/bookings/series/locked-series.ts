import { Temporal } from 'temporal-polyfill';
import { isStaff } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { lockMachineOf } from '../lock-machine.js';
import { selectLocked } from '../locked-booking.js';
import type { LockedBooking } from '../locked-booking.js';
import type { Series } from './recurrence.rules.js';
import type { WideScope } from './scope.js';
import './series.problems.js';
import { selectSeries, seriesOf, wall } from './series-row.js';
import type { SeriesRow } from './series-row.js';

export interface LockedOccurrence extends LockedBooking {
  /** The wall start that the rule gives. */
  readonly at: Temporal.PlainDateTime;
}

export interface LockedSeries {
  readonly row: SeriesRow;
  readonly series: Series;
  /** The booking through which the series was reached. */
  readonly named: LockedOccurrence;
  /** In whatever state, in the order of the rule. */
  readonly bookings: readonly LockedOccurrence[];
}

/**
 * The series of that booking with all its bookings as they stand, and nobody changes them until
 * the transaction ends. Jobs first, then the machine, as for one booking.
 * @throws booking.unknown, series.none
 */
export async function lockedSeries(
  sql: Sql,
  actor: Actor,
  bookingId: string,
): Promise<LockedSeries> {
  await sql.run(
    `SELECT 1 FROM jobs WHERE booking_id IN (SELECT id FROM bookings WHERE ${sameSeries})
      ORDER BY id FOR UPDATE`,
    [bookingId],
  );
  await lockMachineOf(sql, bookingId);
  const rows = await sql.rows<LockedBooking & Record<string, unknown>>(
    `${selectLocked} WHERE b.id = $1 OR b.${sameSeries} ORDER BY b.id FOR UPDATE OF b`,
    [bookingId],
  );
  const asked = rows.find(({ id }) => id === bookingId);
  if (!asked || !(isStaff(actor) || asked.memberId === actor.id)) {
    throw new DomainError('booking.unknown');
  }
  const row = await sql.row<SeriesRow & Record<string, unknown>>(
    `${selectSeries} WHERE s.id = $1`,
    [asked.seriesId],
  );
  const bookings = rows
    .flatMap((one) => (one.occurrence === null ? [] : { ...one, at: wall(one.occurrence) }))
    .sort((a, b) => Temporal.PlainDateTime.compare(a.at, b.at));
  const named = bookings.find(({ id }) => id === bookingId);
  if (!row || !named) throw new DomainError('series.none');
  return { row, series: seriesOf(row), named, bookings };
}

const sameSeries = 'series_id = (SELECT series_id FROM bookings WHERE id = $1)';

/** Still to be decided or to come about: neither over nor under way. */
export function isToCome({ state, begun }: LockedBooking): boolean {
  return !begun && (state === 'requested' || state === 'confirmed');
}

/** Those that the scope names, over or not. */
export function within({ named, bookings }: LockedSeries, scope: WideScope): LockedOccurrence[] {
  const isLater = ({ at }: LockedOccurrence) => Temporal.PlainDateTime.compare(at, named.at) >= 0;
  return bookings.filter((one) => scope === 'all' || isLater(one));
}
