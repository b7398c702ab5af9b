import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { sqlState } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import './people.problems.js';

export interface ProjectRow {
  id: string;
  labId: string;
  name: string;
  archivedAt: Date | null;
  members: { id: string; name: string }[];
}

const selectProjects = `
  SELECT p.id, p.lab_id AS "labId", p.name, p.archived_at AS "archivedAt",
         coalesce((SELECT json_agg(json_build_object('id', m.id, 'name', m.name) ORDER BY m.name, m.id)
                     FROM project_members pm JOIN members m ON m.id = pm.member_id
                    WHERE pm.project_id = p.id), '[]') AS members
    FROM projects p`;

/** All of them for staff (`memberId` null), otherwise those the member belongs to. */
export function listProjects(
  sql: Sql,
  filter: { memberId: string | null; after: string | null; limit: number },
): Promise<ProjectRow[]> {
  return sql.rows<ProjectRow>(
    `${selectProjects}
      WHERE ($1::uuid IS NULL OR p.id > $1)
        AND ($2::uuid IS NULL OR EXISTS (SELECT 1 FROM project_members pm
                                          WHERE pm.project_id = p.id AND pm.member_id = $2))
      ORDER BY p.id LIMIT $3`,
    [filter.after, filter.memberId, filter.limit],
  );
}

/** @throws project.unknown */
export async function project(sql: Sql, id: string): Promise<ProjectRow> {
  const found = await sql.row<ProjectRow>(`${selectProjects} WHERE p.id = $1`, [id]);
  if (!found) throw new DomainError('project.unknown');
  return found;
}

/** @throws lab.unknown, member.unknown */
export async function addProject(
  sql: Sql,
  { labId, name, memberIds = [] }: { labId: string; name: string; memberIds?: readonly string[] },
): Promise<ProjectRow> {
  const id = uuid();
  await known('lab.unknown', () =>
    sql.run('INSERT INTO projects (id, lab_id, name) VALUES ($1, $2, $3)', [
      id,
      labId,
      name.trim(),
    ]),
  );
  await setMembers(sql, id, memberIds);
  return project(sql, id);
}

/** What is left out stays. @throws project.unknown, member.unknown */
export async function changeProject(
  sql: Sql,
  id: string,
  change: { name?: string; archived?: boolean; memberIds?: readonly string[] },
): Promise<ProjectRow> {
  const { name, archived, memberIds } = change;
  await sql.run(
    `UPDATE projects SET name = coalesce($2, name),
            archived_at = CASE WHEN $3::boolean IS NULL THEN archived_at
                               WHEN $3 THEN coalesce(archived_at, now()) END
      WHERE id = $1`,
    [id, name?.trim() ?? null, archived ?? null],
  );
  const present = await project(sql, id);
  if (!memberIds) return present;
  await sql.run('DELETE FROM project_members WHERE project_id = $1', [id]);
  await setMembers(sql, id, memberIds);
  return project(sql, id);
}

async function setMembers(sql: Sql, id: string, memberIds: readonly string[]): Promise<void> {
  await known('member.unknown', () =>
    sql.run(
      `INSERT INTO project_members (project_id, member_id)
       SELECT $1, m FROM unnest($2::uuid[]) AS m ON CONFLICT DO NOTHING`,
      [id, memberIds],
    ),
  );
}

async function known(code: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (sqlState(error) === '23503') throw new DomainError(code);
    throw error;
  }
}
