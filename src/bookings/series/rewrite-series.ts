import type { Temporal } from 'temporal-polyfill';
import type { Interval } from '../../machines/opening-hours.rules.js';
import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import { announceEach } from '../../platform/outbox/outbox-together.js';
import type { PlacingFacts } from '../booking-facts.js';
import { holdUntil } from '../booking.rules.js';
import type { BookingState } from '../booking.states.js';
import { kept } from '../rewrite-booking.js';
import { freeTimes } from '../waiting-list/free-time.js';
import type { LockedOccurrence, LockedSeries } from './locked-series.js';
import { recordTogether } from './record-together.js';
import type { Series } from './recurrence.rules.js';
import { insertSeries, updateSeries } from './series-row.js';

export interface SeriesRewrite {
  readonly actor: Actor;
  readonly locked: LockedSeries;
  readonly facts: PlacingFacts;
  /** Null: the rule stays as it is. */
  readonly reshaped: Reshaped | null;
  readonly moved: readonly Moved[];
  /** Left out: as it is. */
  readonly purpose?: string | null;
  /** To come and in scope, but not moved: they have the purpose only. */
  readonly renamed: readonly LockedOccurrence[];
  readonly together: string;
  readonly reason: string | null;
}

export interface Reshaped {
  /** What is left of the series as it was; null where all of it changes. */
  readonly before: Series | null;
  readonly following: Series;
  /** The bookings of `following`, in whatever state, and how their occurrences move. */
  readonly carried: readonly LockedOccurrence[];
  readonly shift: Temporal.Duration | null;
}

export interface Moved {
  readonly present: LockedOccurrence;
  readonly wanted: Interval;
  readonly state: BookingState;
}

/**
 * Gives the bookings of a locked series their other times. All let go of their time before the
 * first takes another, so that a series may pass through its own slots; then the exclusion
 * constraint decides: its 23P01 is "taken", and ends the transaction.
 */
export async function rewriteSeries(sql: Sql, rewrite: SeriesRewrite): Promise<void> {
  const { reshaped, locked, moved, renamed, purpose } = rewrite;
  await sql.run(`UPDATE bookings SET occupied = 'empty' WHERE id = ANY($1)`, [
    moved.map(({ present }) => present.id),
  ]);
  if (reshaped) await reshape(sql, rewrite, reshaped);
  else if (purpose !== undefined) await updateSeries(sql, locked.row.id, locked.series, purpose);
  await move(sql, rewrite);
  if (purpose !== undefined) await rename(sql, renamed, purpose);
}

/** The rule, split where something stays as it was, and whose occurrence each booking is. */
async function reshape(
  sql: Sql,
  { actor, locked: { row }, moved, purpose = row.purpose }: SeriesRewrite,
  { before, following, carried, shift }: Reshaped,
): Promise<void> {
  let seriesId = row.id;
  if (before) {
    await updateSeries(sql, row.id, before, row.purpose);
    seriesId = await insertSeries(sql, { ...row, purpose, createdBy: actor.id }, following);
  } else {
    await updateSeries(sql, row.id, following, purpose);
  }
  const others = new Set(moved.map(({ present }) => present.id));
  const ids = carried.map(({ id }) => id);
  // Two statements: in one, the unique index would see an occurrence take another's place.
  await sql.run('UPDATE bookings SET series_id = $2, occurrence = NULL WHERE id = ANY($1)', [
    ids,
    seriesId,
  ]);
  const occurrences = carried.map(({ id, at }) => ({
    id,
    at: (shift ? at.add(shift) : at).toString(),
    changes: seriesId !== row.id && !others.has(id),
  }));
  await sql.run(
    `UPDATE bookings b SET occurrence = o.at, version = version + o.changes::int
       FROM jsonb_to_recordset($1::jsonb) AS o(id uuid, at timestamp, changes boolean)
      WHERE b.id = o.id`,
    [JSON.stringify(occurrences)],
  );
  const unmoved = carried.filter(({ id }) => seriesId !== row.id && !others.has(id));
  await announceEach(sql, unmoved.map(changeOf));
}

async function move(
  sql: Sql,
  { actor, facts, moved, purpose, together, reason }: SeriesRewrite,
): Promise<void> {
  const { now, machine } = facts;
  const rows = moved.map(({ present, wanted, state }) => ({
    id: present.id,
    ...wanted,
    state,
    hold: state === 'requested' ? holdUntil(wanted, now) : null,
    purpose: purpose === undefined ? present.purpose : purpose,
  }));
  await sql.run(
    `UPDATE bookings b SET starts_at = m."startsAt", ends_at = m."endsAt",
            occupied = tstzrange(m."startsAt" - make_interval(secs => $2),
                                 m."endsAt" + make_interval(secs => $3)),
            state = m.state, hold_until = m.hold, purpose = m.purpose, version = version + 1
       FROM jsonb_to_recordset($1::jsonb)
         AS m(id uuid, "startsAt" timestamptz, "endsAt" timestamptz, state text, hold timestamptz,
              purpose text)
      WHERE b.id = m.id`,
    [JSON.stringify(rows), machine.rules.setup, machine.rules.cleanup],
  );
  const recorded = moved.map(({ present, wanted, state }, index) => ({
    id: present.id,
    lab: present.lab,
    state,
    startsAt: wanted.startsAt,
    endsAt: wanted.endsAt,
    opened: wanted.startsAt <= now,
    holdUntil: rows[index]?.hold ?? null,
    change: { moved: { from: kept(present), to: kept(wanted) }, together },
  }));
  await recordTogether(sql, recorded, { by: byMember(actor), reason, type: 'booking.changed' });
  if (moved.length > 0) {
    const freed = moved.map(({ present }) => present);
    await freeTimes(sql, machine.id, freed);
  }
}

async function rename(
  sql: Sql,
  renamed: readonly LockedOccurrence[],
  purpose: string | null,
): Promise<void> {
  const others = renamed.filter((one) => one.purpose !== purpose);
  if (others.length === 0) return;
  await sql.run('UPDATE bookings SET purpose = $2, version = version + 1 WHERE id = ANY($1)', [
    others.map(({ id }) => id),
    purpose,
  ]);
  await announceEach(sql, others.map(changeOf));
}

function changeOf({ id, lab }: LockedOccurrence) {
  return { type: 'booking.changed', id, labSlug: lab, kind: 'booking' } as const;
}
