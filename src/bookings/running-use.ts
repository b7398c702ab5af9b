import type { Interval } from '../machines/opening-hours.rules.js';
import type { Sql } from '../platform/database/database.js';
import type { BookableMachine } from './booking-facts.js';
import { MemberUses, counts, lockMember, noUse, weekOf } from './member-use.js';
import type { MemberUse } from './member-use.js';

/** Whose time is counted, and from when to when the starts lie that are asked about. */
export interface Counting {
  readonly memberId: string | null;
  readonly projectId: string | null;
  readonly first: Date;
  readonly last: Date;
}

type CountingMachine = Pick<BookableMachine, 'id' | 'timeZone' | 'rules'>;

/**
 * What member and project have already, and what is added while several bookings are placed or
 * moved one after the other: read once, then counted on.
 */
export class RunningUse {
  private count = 0;
  private readonly added = new Map<string, number>();

  private constructor(
    private readonly machine: CountingMachine,
    private readonly member: MemberUses | null,
    private readonly project: ReadonlyMap<string, number> | null,
  ) {}

  /**
   * Until the transaction ends nobody else asks for them, so that two requests cannot both fit
   * into what one of them uses up. Member before project. `except`: the bookings that move.
   */
  static async underLock(
    sql: Sql,
    machine: CountingMachine,
    { memberId, projectId, first, last }: Counting,
    except: readonly string[],
  ): Promise<RunningUse> {
    const { id, rules, timeZone } = machine;
    let member: MemberUses | null = null;
    if (counts(rules) && memberId !== null) {
      await lockMember(sql, memberId);
      member = await MemberUses.read(sql, [id], memberId, except);
    }
    if (projectId === null || rules.weeklyQuotaPerProject === null) {
      return new RunningUse(machine, member, null);
    }
    await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 3))', [projectId]);
    const weeks = await sql.rows<{ week: string; seconds: number }>(projectWeeks, [
      id,
      projectId,
      first,
      last,
      timeZone,
      except,
    ]);
    const project = new Map(weeks.map(({ week, seconds }) => [week, seconds]));
    return new RunningUse(machine, member, project);
  }

  /** For a booking that starts then. */
  at(startsAt: Date): MemberUse {
    const { id, timeZone } = this.machine;
    const week = weekOf(startsAt, timeZone);
    const had = this.member?.at(id, timeZone, startsAt) ?? noUse;
    const added = this.added.get(week) ?? 0;
    return {
      activeOfMember: had.activeOfMember + this.count,
      bookedThisWeek: had.bookedThisWeek + added,
      ...(this.project ? { projectThisWeek: (this.project.get(week) ?? 0) + added } : {}),
    };
  }

  add({ startsAt, endsAt }: Interval): void {
    const week = weekOf(startsAt, this.machine.timeZone);
    const seconds = (endsAt.getTime() - startsAt.getTime()) / 1_000;
    this.count += 1;
    this.added.set(week, (this.added.get(week) ?? 0) + seconds);
  }
}

// Elapsed seconds by the weeks of the lab’s clocks.
const projectWeeks = `
  SELECT to_char(date_trunc('week', starts_at AT TIME ZONE $5), 'YYYY-MM-DD') AS week,
         sum(extract(epoch FROM ends_at - starts_at))::float8 AS seconds
    FROM bookings
   WHERE machine_id = $1 AND project_id = $2 AND id <> ALL ($6::uuid[])
     AND state IN ('requested', 'confirmed', 'checked_in', 'completed')
     AND starts_at > $3::timestamptz - interval '8 days'
     AND starts_at < $4::timestamptz + interval '8 days'
   GROUP BY 1`;
