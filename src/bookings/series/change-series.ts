import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { v7 as uuid } from 'uuid';
import type { Actor } from '../../people/actor.js';
import { Database, sqlState } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/database.js';
import { requireVersion } from '../../platform/http/version.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingFacts } from '../booking-facts.js';
import type { PlacingFacts } from '../booking-facts.js';
import type { RuleViolation } from '../booking.rules.js';
import type { ChangeRequest } from '../change-booking.js';
import { standing } from '../judge-booking.js';
import { assessMove, requireMovable, stateAfterMove } from '../judge-move.js';
import { noteOverride, requireOverride } from '../override-rules.js';
import { RunningUse } from '../running-use.js';
import { wantedInterval } from '../wanted-interval.js';
import { isToCome, lockedSeries, within } from './locked-series.js';
import type { LockedSeries } from './locked-series.js';
import { askedChange, changeOfRule, changesFrom, movedOccurrences } from './moved-occurrences.js';
import type { AskedChange, MovedOccurrence } from './moved-occurrences.js';
import { seriesRefusal } from './refused-occurrence.js';
import type { RefusedOccurrence } from './refused-occurrence.js';
import { releasesBefore } from './releases-before.js';
import { rewriteSeries } from './rewrite-series.js';
import type { Moved, Reshaped } from './rewrite-series.js';
import type { WideScope } from './scope.js';
import { SeriesAlternatives } from './series-alternatives.js';
import { shiftSeries } from './shift-series.rules.js';
import { splitSeries } from './split-series.rules.js';
import { takenOccurrences } from './taken-occurrences.js';

/** Moves, resizes or renames several occurrences in one go; what cannot be had changes none. */
@Injectable()
export class ChangeSeries {
  constructor(
    private readonly alternatives: SeriesAlternatives,
    private readonly database: Database,
  ) {}

  /**
   * `id`: the booking whose new times the request names; the others change on the clock by as
   * much.
   * @throws booking.unknown, booking.version, booking.state, booking.interval,
   *   booking.job_under_way, series.none, series.begun, series.day_fixed, series.doubled_hour,
   *   series.rules, series.conflict, request.forbidden
   */
  async change(actor: Actor, id: string, scope: WideScope, request: ChangeRequest): Promise<void> {
    requireOverride(actor, request);
    let attempt: Attempt | null = null;
    try {
      const refused = await this.database.transaction(async (sql) => {
        const locked = await lockedSeries(sql, actor, id);
        requireVersion(request.expected, locked.named.version, 'booking.version');
        requireToCome(locked);
        attempt = await attemptOf(sql, locked, scope, request);
        return carryOut(sql, actor, attempt, request);
      });
      if (refused.length > 0) throw await this.refusal(attempt, refused);
    } catch (error) {
      const code = sqlState(error);
      if (code !== '23P01' && code !== '40P01') throw error;
      throw await this.refusal(attempt, await this.taken(attempt));
    }
  }

  private taken(attempt: Attempt | null): Promise<RefusedOccurrence[]> | RefusedOccurrence[] {
    if (!attempt) return [];
    const wanted = attempt.moved.flatMap(({ present, wanted: { wall, interval } }) =>
      interval ? { id: present.id, date: wall.startsAt.toPlainDate().toString(), interval } : [],
    );
    return takenOccurrences(this.database, attempt.facts.machine, wanted);
  }

  private async refusal(
    attempt: Attempt | null,
    refused: readonly RefusedOccurrence[],
  ): Promise<DomainError> {
    if (!attempt) return seriesRefusal(refused);
    const { facts, locked, moved } = attempt;
    const dates = new Set(refused.map(({ date }) => date));
    const found = await this.alternatives.to(refused, facts, locked.row.memberId, {
      except: moved.map(({ present }) => present.id),
      kept: moved.flatMap(({ wanted: { wall, interval } }) =>
        interval && !dates.has(wall.startsAt.toPlainDate().toString()) ? interval : [],
      ),
    });
    return seriesRefusal(refused, found);
  }
}

interface Attempt {
  readonly locked: LockedSeries;
  readonly scope: WideScope;
  readonly asked: AskedChange;
  readonly moved: readonly MovedOccurrence[];
  readonly reshaped: Reshaped | null;
  readonly facts: PlacingFacts;
}

async function attemptOf(
  sql: Sql,
  locked: LockedSeries,
  scope: WideScope,
  request: ChangeRequest,
): Promise<Attempt> {
  const asked = askedChange(locked, request);
  const moved = movedOccurrences(locked, scope, asked);
  for (const { wanted } of moved) {
    if (wanted.interval) wantedInterval({ ...wanted.interval, duration: null });
  }
  const facts = await bookingFacts(sql, locked.row.machineId, {
    memberId: locked.row.memberId,
    startsAt: moved[0]?.wanted.interval?.startsAt ?? locked.named.startsAt,
  });
  const reshaped = reshapedBy(locked, scope, asked, request.purpose);
  return { locked, scope, asked, moved, reshaped, facts };
}

/** The rule that the occurrences follow from now on. @throws series.day_fixed, booking.interval */
function reshapedBy(
  locked: LockedSeries,
  scope: WideScope,
  asked: AskedChange,
  purpose: string | null | undefined,
): Reshaped | null {
  const change = changeOfRule(locked, asked);
  const renamed = purpose !== undefined && purpose !== locked.row.purpose;
  if (!change && !(renamed && scope === 'following')) return null;
  const from = changesFrom(locked, scope);
  const split = splitSeries(locked.series, from);
  if (split.refusal) throw new DomainError(split.refusal.code, split.refusal.facts);
  const carried = locked.bookings.filter(({ at }) => Temporal.PlainDateTime.compare(at, from) >= 0);
  const { before, following } = split;
  if (!change) return { before, following, carried, shift: null };
  const shifted = shiftSeries(following, change);
  if (shifted.refusal) throw new DomainError(shifted.refusal.code, shifted.refusal.facts);
  return { before, following: shifted.series, carried, shift: change.shift };
}

/** What stands against it; nothing: it is done. */
async function carryOut(
  sql: Sql,
  actor: Actor,
  attempt: Attempt,
  request: ChangeRequest,
): Promise<readonly RefusedOccurrence[]> {
  const { locked, scope, facts, reshaped, moved } = attempt;
  const judged = await judgeAll(sql, attempt);
  const refused = judged.flatMap(({ violations, about }) => {
    const left = standing(violations, request.override);
    return left.length > 0 ? { ...about, violations: left } : [];
  });
  if (refused.length > 0) return refused;

  const ids = new Set(moved.map(({ present }) => present.id));
  const { override, purpose, overrideReason = null } = request;
  await rewriteSeries(sql, {
    actor,
    locked,
    facts,
    reshaped,
    moved: moved.flatMap(({ present, wanted: { interval: wanted } }): Moved[] =>
      wanted
        ? [{ present, wanted, state: stateAfterMove(actor, { present, wanted, facts }, override) }]
        : [],
    ),
    renamed: within(locked, scope).filter((one) => isToCome(one) && !ids.has(one.id)),
    ...(purpose === undefined ? {} : { purpose }),
    together: uuid(),
    reason: overrideReason,
  });
  if (override) {
    for (const { id, violations } of judged) {
      await noteOverride(sql, actor, id, request, violations);
    }
  }
  return [];
}

interface Judged {
  readonly id: string;
  readonly about: Omit<RefusedOccurrence, 'violations'>;
  readonly violations: readonly RuleViolation[];
}

/** Each as though it alone moved, those before it in their new place. */
async function judgeAll(sql: Sql, { locked, moved, facts }: Attempt): Promise<Judged[]> {
  const { machine, now } = facts;
  const ids = moved.map(({ present }) => present.id);
  const starts = moved.flatMap(({ wanted }) => wanted.interval?.startsAt ?? []);
  const { memberId, projectId } = locked.row;
  const counting = { memberId, projectId, first: starts[0] ?? now, last: starts.at(-1) ?? now };
  const use = await RunningUse.underLock(sql, machine, counting, ids);
  const releases = await releasesBefore(sql, machine.id, starts, ids);
  return moved.map(({ present, wanted: { wall, interval, problems } }) => {
    const date = wall.startsAt.toPlainDate().toString();
    if (!interval) {
      const about = { date, interval, around: present, code: 'booking.skipped_hour' };
      return { id: present.id, about, violations: problems };
    }
    requireMovable(present, interval);
    const known = { ...facts, releases: releases.get(interval.startsAt.getTime()) ?? [] };
    const before = use.at(interval.startsAt);
    const violations = assessMove({ present, wanted: interval, facts: known, use: before });
    use.add(interval);
    const about = { date, interval, around: interval, code: 'booking.rules' };
    return { id: present.id, about, violations };
  });
}

function requireToCome({ named }: LockedSeries): void {
  if (isToCome(named)) return;
  const { state } = named;
  const begun = state === 'requested' || state === 'confirmed' || state === 'checked_in';
  throw begun ? new DomainError('series.begun') : new DomainError('booking.state', { state });
}
