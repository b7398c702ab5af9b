import type { Sql } from '../platform/database/database.js';
import { weekOf } from './member-use.js';

interface Row {
  machineId: string;
  week: string;
  seconds: number;
}

/** Elapsed seconds that a project has on machines, by the weeks of their lab's clocks. */
export class ProjectUses {
  private constructor(private readonly rows: readonly Row[]) {}

  static async read(
    sql: Sql,
    machineIds: readonly string[],
    projectId: string,
    except: readonly string[],
  ): Promise<ProjectUses> {
    return new ProjectUses(await sql.rows<Row>(usesSql, [machineIds, projectId, except]));
  }

  at(machineId: string, timeZone: string, startsAt: Date): number {
    const week = weekOf(startsAt, timeZone);
    const there = this.rows.find((row) => row.machineId === machineId && row.week === week);
    return there?.seconds ?? 0;
  }
}

const usesSql = `
  SELECT b.machine_id AS "machineId",
         to_char(date_trunc('week', b.starts_at AT TIME ZONE l.time_zone), 'YYYY-MM-DD') AS week,
         sum(extract(epoch FROM b.ends_at - b.starts_at))::float8 AS seconds
    FROM bookings b JOIN machines m ON m.id = b.machine_id JOIN labs l ON l.id = m.lab_id
   WHERE b.machine_id = ANY($1) AND b.project_id = $2 AND b.id <> ALL($3::uuid[])
     AND b.state IN ('requested', 'confirmed', 'checked_in', 'completed')
     AND b.starts_at > now() - interval '15 days'
   GROUP BY 1, 2`;
