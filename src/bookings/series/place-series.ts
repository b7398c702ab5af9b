import { Injectable } from '@nestjs/common';
import type { Interval } from '../../machines/opening-hours.rules.js';
import type { Actor } from '../../people/actor.js';
import { Database, sqlState } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/database.js';
import { wakeRelay } from '../../platform/outbox/wake-relay.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingFacts } from '../booking-facts.js';
import type { PlacingFacts } from '../booking-facts.js';
import { needsApproval } from '../booking.rules.js';
import { insertBooking } from '../insert-booking.js';
import { judge, standing } from '../judge-booking.js';
import { lockMachine } from '../lock-machine.js';
import type { Alternative } from '../nearest-slots.js';
import { noteOverride } from '../override-rules.js';
import type { Override } from '../override-rules.js';
import { memberFor } from '../place-booking.js';
import { requireProject } from '../require-project.js';
import { RunningUse } from '../running-use.js';
import { wantedInterval } from '../wanted-interval.js';
import type { Occurrence, Series } from './recurrence.rules.js';
import { seriesRefusal, taken } from './refused-occurrence.js';
import type { RefusedOccurrence } from './refused-occurrence.js';
import { releasesBefore } from './releases-before.js';
import { SeriesAlternatives } from './series-alternatives.js';
import { insertSeries } from './series-row.js';
import { firstInstant } from './wall-time.rules.js';
import { occurrencesOf, wallInterval } from './wanted-series.js';

export interface SeriesRequest extends Override {
  readonly machineId: string;
  /** Of the first occurrence; the others keep its wall times. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The text after `RRULE:` of RFC 5545. */
  readonly rule: string;
  /** All or nothing; or what can be had, and a report of the rest. */
  readonly onConflict: 'fail' | 'skip';
  readonly projectId: string | null;
  readonly purpose: string | null;
  /** The manager's: for another member. */
  readonly memberId: string | null;
}

export interface PlacedSeries {
  readonly id: string;
  readonly skipped: readonly (RefusedOccurrence & { readonly alternatives: Alternative[] })[];
}

/** Places bookings that repeat: in one transaction, each by the insert that PostgreSQL decides. */
@Injectable()
export class PlaceSeries {
  constructor(
    private readonly alternatives: SeriesAlternatives,
    private readonly database: Database,
  ) {}

  /**
   * @throws series.conflict, series.rules, the refusals of `expandSeries`, series.doubled_hour,
   *   booking.interval, machine.unknown, member.unknown, project.unknown, project.archived,
   *   request.forbidden, request.malformed
   */
  async place(actor: Actor, request: SeriesRequest): Promise<PlacedSeries> {
    const memberId = memberFor(actor, request);
    const { machineId, startsAt, projectId } = request;
    const facts = await bookingFacts(this.database, machineId, { memberId, startsAt });
    const { timeZone } = facts.machine;
    const asked = wantedInterval({ ...request, duration: null });
    const series = { rule: request.rule, first: wallInterval(asked, timeZone), timeZone };
    const occurrences = occurrencesOf(series);
    if (projectId !== null)
      await requireProject(this.database, actor, { projectId, machineId, memberId });

    const attempt = { actor, request, facts, memberId, series, occurrences };
    const { id, refused, had } = await this.settle(attempt);
    const kept = id === null ? had : [];
    const found = await this.alternatives.to(refused, facts, memberId, { kept });
    if (id === null) throw seriesRefusal(refused, found);
    wakeRelay(this.database);
    const skipped = refused.map((one, index) => ({ ...one, alternatives: found[index] ?? [] }));
    return { id, skipped };
  }

  private async settle(attempt: Attempt): Promise<Settled> {
    try {
      return await this.database.transaction((sql) => placeAll(sql, attempt));
    } catch (error) {
      if (error instanceof NothingPlaced) return { id: null, ...error };
      const code = sqlState(error);
      if (code === '23503') throw new DomainError('member.unknown');
      // Somebody else was first, again and again; nothing of the attempt stands.
      if (code === '40P01') return { id: null, refused: [], had: [] };
      throw error;
    }
  }
}

interface Attempt {
  readonly actor: Actor;
  readonly request: SeriesRequest;
  readonly facts: PlacingFacts;
  readonly memberId: string;
  readonly series: Series;
  readonly occurrences: readonly Occurrence[];
}

interface Settled {
  /** Null: nothing was placed. */
  readonly id: string | null;
  readonly refused: readonly RefusedOccurrence[];
  /** What could be had, whether it was placed or not. */
  readonly had: readonly Interval[];
}

/** Takes all of the transaction back. */
class NothingPlaced extends Error {
  constructor(
    readonly refused: readonly RefusedOccurrence[],
    readonly had: readonly Interval[],
  ) {
    super('no series was placed');
  }
}

async function placeAll(sql: Sql, attempt: Attempt): Promise<Settled> {
  const { request, facts, memberId, occurrences } = attempt;
  const { machine } = facts;
  await lockMachine(sql, machine.id);
  const starts = occurrences.flatMap(({ interval }) => interval?.startsAt ?? []);
  const counting = {
    memberId,
    projectId: request.projectId,
    first: starts[0] ?? facts.now,
    last: starts.at(-1) ?? facts.now,
  };
  const use = await RunningUse.underLock(sql, machine, counting, []);
  const releases = await releasesBefore(sql, machine.id, starts, []);
  const { machineId, projectId, purpose } = request;
  const about = { machineId, memberId, projectId, purpose, createdBy: attempt.actor.id };
  const id = await insertSeries(sql, about, attempt.series);

  const refused: RefusedOccurrence[] = [];
  const had: Interval[] = [];
  // One that is refused does not end it: whoever asks learns of all of them at once.
  for (const { wall, interval, problems } of occurrences) {
    const about = { date: wall.startsAt.toPlainDate().toString(), interval };
    if (!interval) {
      const around = asThoughShown(wall, machine.timeZone);
      refused.push({ ...about, around, code: 'booking.skipped_hour', violations: problems });
      continue;
    }
    const known = { ...facts, releases: releases.get(interval.startsAt.getTime()) ?? [] };
    const occurrence = { id, occurrence: wall.startsAt.toString() };
    const why = await placeOne(sql, attempt, { interval, known, use, series: occurrence });
    if (why) {
      refused.push({ ...about, around: interval, ...why });
      continue;
    }
    had.push(interval);
    use.add(interval);
  }
  const enough = request.onConflict === 'skip' ? had.length > 0 : refused.length === 0;
  if (!enough) throw new NothingPlaced(refused, had);
  return { id, refused, had };
}

interface One {
  readonly interval: Interval;
  readonly known: PlacingFacts;
  readonly use: RunningUse;
  readonly series: { readonly id: string; readonly occurrence: string };
}

/** As a booking alone is placed. Null: it is. */
async function placeOne(
  sql: Sql,
  { actor, request, memberId }: Attempt,
  { interval, known, use, series }: One,
): Promise<Pick<RefusedOccurrence, 'code' | 'violations'> | null> {
  const { machine, now } = known;
  const violations = judge(interval, known, use.at(interval.startsAt));
  const refused = standing(violations, request.override);
  if (refused.length > 0) return { code: 'booking.rules', violations: refused };
  const { purpose, projectId } = request;
  const confirmed = request.override || !needsApproval(machine.rules, interval);
  const state = confirmed ? 'confirmed' : 'requested';
  const booking = { ...interval, memberId, state, purpose, projectId, series } as const;
  const placed = await insertBooking(sql, machine, booking, actor.id, now);
  if (!placed) return { code: taken.code, violations: [taken] };
  if (request.override) await noteOverride(sql, actor, placed.id, request, violations);
  return null;
}

/** Where one would look at the clock just after it went forward. */
function asThoughShown({ startsAt, endsAt }: Occurrence['wall'], timeZone: string): Interval {
  const from = firstInstant(startsAt, timeZone).epochMilliseconds;
  const length = startsAt.until(endsAt).total({ unit: 'milliseconds', relativeTo: startsAt });
  return { startsAt: new Date(from), endsAt: new Date(from + length) };
}
