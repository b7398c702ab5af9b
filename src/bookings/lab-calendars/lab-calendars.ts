import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import { audit } from '../../platform/audit/audit.js';
import type { Sql } from '../../platform/database/database.js';
import { announce, dropStep, planStep } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../platform/problems/problem.js';
import type { Closing } from './calendar-closures.js';
import type { IgnoredEvents, ReadFailure } from './lab-calendar.entity.js';
import { calendarDue } from './lab-calendars.messages.js';
import './lab-calendars.problems.js';

export interface CalendarRow extends Closing {
  readonly url: string | null;
  readonly createdAt: Date;
  readonly lastReadAt: Date;
  readonly nextReadAt: Date | null;
  readonly lastError: ReadFailure | null;
  readonly ignored: IgnoredEvents;
  /** How many. */
  readonly closures: number;
  /** What a reading needs beside it. */
  readonly labSlug: string;
  readonly timeZone: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Until when its rules are expanded. */
  readonly readUntil: Date;
}

const selectCalendars = `
  SELECT c.id, c.lab_id AS "labId", c.machine_id AS "machineId", c.name, c.url,
         c.created_at AS "createdAt", c.last_read_at AS "lastReadAt", c.next_read_at AS "nextReadAt",
         c.last_error AS "lastError", c.ignored, c.etag, c.last_modified AS "lastModified",
         c.read_until AS "readUntil", l.slug AS "labSlug", l.time_zone AS "timeZone",
         (SELECT count(*)::int FROM lab_closures k WHERE k.calendar_id = c.id) AS closures
    FROM lab_calendars c JOIN labs l ON l.id = c.lab_id`;

export function listCalendars(
  sql: Sql,
  { labId, after, limit }: { labId: string; after: string | null; limit: number },
): Promise<CalendarRow[]> {
  return sql.rows<CalendarRow & Record<string, unknown>>(
    `${selectCalendars} WHERE c.lab_id = $1 AND ($2::uuid IS NULL OR c.id > $2)
      ORDER BY c.id LIMIT $3`,
    [labId, after, limit],
  );
}

/** @throws calendar.unknown */
export async function calendarOf(sql: Sql, labId: string, id: string): Promise<CalendarRow> {
  const calendar = await sql.row<CalendarRow & Record<string, unknown>>(
    `${selectCalendars} WHERE c.lab_id = $1 AND c.id = $2`,
    [labId, id],
  );
  if (!calendar) throw new DomainError('calendar.unknown');
  return calendar;
}

/** Null where it is gone, a file, or was read in the meantime. */
export function dueCalendar(sql: Sql, id: string): Promise<CalendarRow | null> {
  return sql.row<CalendarRow & Record<string, unknown>>(
    `${selectCalendars} WHERE c.id = $1 AND c.next_read_at <= now()`,
    [id],
  );
}

/** Its closures go with it: the lab is open again. @throws calendar.unknown */
export async function removeCalendar(
  sql: Sql,
  actor: Actor,
  labId: string,
  id: string,
): Promise<void> {
  const calendar = await calendarOf(sql, labId, id);
  const removed = await sql.run('DELETE FROM lab_calendars WHERE id = $1', [id]);
  if (removed === 0) throw new DomainError('calendar.unknown');
  await dropStep(sql, stepOf(id));
  await note(sql, actor, 'calendar.removed', calendar);
  await announceClosures(sql, calendar);
}

/** When it is to be read again; a file never is. */
export async function planReading(sql: Sql, id: string, at: Date | null): Promise<void> {
  if (at) await planStep(sql, calendarDue, stepOf(id), at, { calendarId: id });
}

export async function announceClosures(
  sql: Sql,
  { labId, machineId, labSlug }: Pick<CalendarRow, 'labId' | 'machineId' | 'labSlug'>,
): Promise<void> {
  await announce(
    sql,
    machineId === null
      ? { type: 'lab.changed', id: labId, labSlug, kind: 'lab' }
      : { type: 'machine.changed', id: machineId, labSlug, kind: 'machine' },
  );
}

export function note(
  sql: Sql,
  actor: Actor,
  action: string,
  { id, labId, machineId }: Pick<CalendarRow, 'id' | 'labId' | 'machineId'>,
): Promise<void> {
  const subject = { kind: 'calendar', id };
  return audit(sql, { action, by: byMember(actor), subject, facts: { labId, machineId } });
}

function stepOf(id: string): string {
  return `step:calendar:${id}`;
}
