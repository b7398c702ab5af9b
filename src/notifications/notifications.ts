import type { Sql } from '../platform/database/database.js';

export interface NotificationRow {
  readonly id: string;
  readonly memberId: string;
  readonly kind: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly readAt: Date | null;
  /** Of the lab where it happened; of the only or first one where the subject names none. */
  readonly timeZone: string;
}

const selectNotifications = `
  SELECT n.id, n.member_id AS "memberId", n.kind, n.subject_kind AS "subjectKind",
         n.subject_id AS "subjectId", n.facts, n.created_at AS "createdAt", n.read_at AS "readAt",
         coalesce((SELECT l.time_zone FROM machines m JOIN labs l ON l.id = m.lab_id
                    WHERE m.id::text = n.facts ->> 'machineId'),
                  (SELECT l.time_zone FROM labs l ORDER BY l.id LIMIT 1), 'UTC') AS "timeZone"
    FROM notifications n`;

/** The member's own, newest first. */
export function listNotifications(
  sql: Sql,
  filter: {
    readonly memberId: string;
    readonly unread: boolean;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<NotificationRow[]> {
  return sql.rows<NotificationRow>(
    `${selectNotifications}
      WHERE n.member_id = $1 AND ($2::uuid IS NULL OR n.id < $2)
        AND NOT ($3 AND n.read_at IS NOT NULL)
      ORDER BY n.id DESC LIMIT $4`,
    [filter.memberId, filter.after, filter.unread, filter.limit],
  );
}

export function findNotification(sql: Sql, id: string): Promise<NotificationRow | null> {
  return sql.row<NotificationRow>(`${selectNotifications} WHERE n.id = $1`, [id]);
}

/** Keeps the first time; false when the member has none of that id. */
export async function markRead(sql: Sql, memberId: string, id: string): Promise<boolean> {
  const marked = await sql.run(
    'UPDATE notifications SET read_at = coalesce(read_at, now()) WHERE id = $1 AND member_id = $2',
    [id, memberId],
  );
  return marked > 0;
}
