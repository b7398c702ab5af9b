import { Temporal } from 'temporal-polyfill';
import type { MachineRules } from '../machines/machine-facts.js';
import type { Sql } from '../platform/database/database.js';

/** What the member has on a machine: bookings to come or under way, seconds in that week. */
export interface MemberUse {
  readonly activeOfMember: number;
  readonly bookedThisWeek: number;
  /** Left out where the booking is for no project, or where none counts. */
  readonly projectThisWeek?: number;
}

export const noUse: MemberUse = { activeOfMember: 0, bookedThisWeek: 0 };

/** Whether the rules count what the member has: then judging and placing need the member's lock. */
export function counts({ maxActivePerMember, weeklyQuota }: MachineRules): boolean {
  return maxActivePerMember !== null || weeklyQuota !== null;
}

/** Requests of one member that are counted take turns, through every process. */
export async function lockMember(sql: Sql, memberId: string): Promise<void> {
  await sql.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [memberId]);
}

interface Row {
  machineId: string;
  week: string;
  active: number;
  seconds: number;
}

/** Elapsed seconds, by the weeks of the lab's clocks, which begin on Monday. */
export class MemberUses {
  private constructor(private readonly rows: readonly Row[]) {}

  static async read(
    sql: Sql,
    machineIds: readonly string[],
    memberId: string,
    except: readonly string[],
  ): Promise<MemberUses> {
    return new MemberUses(await sql.rows<Row>(usesSql, [machineIds, memberId, except]));
  }

  at(machineId: string, timeZone: string, startsAt: Date): MemberUse {
    const week = weekOf(startsAt, timeZone);
    const here = this.rows.filter((row) => row.machineId === machineId);
    return {
      activeOfMember: here.reduce((sum, { active }) => sum + active, 0),
      bookedThisWeek: here.find((row) => row.week === week)?.seconds ?? 0,
    };
  }
}

/** The Monday with which the week of that instant begins, on the lab's clocks. */
export function weekOf(at: Date, timeZone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(at.getTime());
  const day = instant.toZonedDateTimeISO(timeZone).toPlainDate();
  return day.subtract({ days: day.dayOfWeek - 1 }).toString();
}

const usesSql = `
  SELECT b.machine_id AS "machineId",
         to_char(date_trunc('week', b.starts_at AT TIME ZONE l.time_zone), 'YYYY-MM-DD') AS week,
         (count(*) FILTER (WHERE b.ends_at > now() AND b.state <> 'completed'))::int AS active,
         sum(extract(epoch FROM b.ends_at - b.starts_at))::float8 AS seconds
    FROM bookings b JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id
   WHERE b.machine_id = ANY($1) AND b.member_id = $2 AND b.id <> ALL ($3::uuid[])
     AND b.state IN ('requested', 'confirmed', 'checked_in', 'completed')
     AND (b.ends_at > now() OR b.starts_at > now() - interval '15 days')
   GROUP BY 1, 2`;
