import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';

/**
 * Time is counted on a project of the machine's lab, to which the member belongs unless staff say
 * so. @throws project.unknown, project.archived
 */
export async function requireProject(
  sql: Sql,
  actor: Actor,
  { projectId, machineId, memberId }: { projectId: string; machineId: string; memberId: string },
): Promise<void> {
  const project = await sql.row<{ archived: boolean; belongs: boolean }>(
    `SELECT p.archived_at IS NOT NULL AS archived,
            EXISTS (SELECT 1 FROM project_members pm
                     WHERE pm.project_id = p.id AND pm.member_id = $3) AS belongs
       FROM projects p JOIN machines m ON m.lab_id = p.lab_id WHERE p.id = $1 AND m.id = $2`,
    [projectId, machineId, memberId],
  );
  if (!project || !(project.belongs || isStaff(actor))) throw new DomainError('project.unknown');
  if (project.archived) throw new DomainError('project.archived');
}
