import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Actor } from '../../people/actor.js';
import { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/database.js';
import { Outgoing } from '../../platform/outgoing/outgoing.js';
import type { Fetched } from '../../platform/outgoing/outgoing.js';
import { DomainError } from '../../platform/problems/problem.js';
import { importLimits } from '../calendars/calendar-refusal.js';
import type { ImportedCalendar } from '../calendars/icalendar-import.js';
import { affectedBy, setClosures } from './calendar-closures.js';
import type { AffectedBooking } from './calendar-closures.js';
import { announceClosures, calendarOf, note, planReading } from './lab-calendars.js';
import type { CalendarRow } from './lab-calendars.js';
import { readInThread } from './read-in-thread.js';

export interface NewCalendar {
  readonly labId: string;
  readonly machineId: string | null;
  readonly name: string;
  /** An address, or the file itself. */
  readonly source: { readonly url: string } | { readonly file: Buffer };
}

export interface Imported {
  readonly id: string;
  /** Bookings that stand inside the closures. */
  readonly affected: AffectedBooking[];
}

const dayMs = 86_400_000;
const window = { beforeMs: dayMs, afterMs: 2 * 365 * dayMs };
/** A file that never changes is expanded anew all the same, before its rules run dry. */
const expandAnewMs = 30 * dayMs;
const mostCalendars = 50;
const fetchLimits = { maxBytes: importLimits.bytes, maxSeconds: 20 };
export const readEvery = '6 hours';

/** Takes an outside calendar for a lab's closures, whole or not at all. */
@Injectable()
export class ImportCalendar {
  constructor(
    private readonly database: Database,
    private readonly outgoing: Outgoing,
  ) {}

  /** @throws lab.unknown, machine.unknown, calendar.too_many, calendar.malformed, calendar.too_large, outgoing.… */
  async add(actor: Actor, { labId, machineId, name, source }: NewCalendar): Promise<Imported> {
    const lab = await closableLab(this.database, labId, machineId);
    const url = 'url' in source ? source.url : null;
    const fetched = 'url' in source ? await this.fetch(source.url) : ofFile(source.file);
    const span = windowAt(lab.now);
    const found = await readInThread({ text: textOf(fetched), window: { ...lab, ...span } });
    return this.database.transaction(async (sql) => {
      const id = uuid();
      const added = await sql.row<{ nextReadAt: Date | null }>(
        `INSERT INTO lab_calendars (id, lab_id, machine_id, name, url, created_by, ignored, etag,
                                    last_modified, read_until, next_read_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                CASE WHEN $5::text IS NOT NULL THEN now() + interval '${readEvery}' END
          WHERE (SELECT count(*) FROM lab_calendars WHERE lab_id = $2) < $11
         RETURNING next_read_at AS "nextReadAt"`,
        [
          id,
          labId,
          machineId,
          name,
          url,
          actor.id,
          JSON.stringify(found.ignored),
          fetched.etag,
          fetched.lastModified,
          span.to,
          mostCalendars,
        ],
      );
      if (!added) throw new DomainError('calendar.too_many', { limit: mostCalendars });
      await planReading(sql, id, added.nextReadAt);
      const calendar = { id, labId, machineId, name, labSlug: lab.slug };
      await note(sql, actor, 'calendar.added', calendar);
      if (await setClosures(sql, calendar, found.intervals)) await announceClosures(sql, calendar);
      return { id, affected: await affectedBy(sql, calendar) };
    });
  }

  /** Because somebody asks. A failure is kept, and told. @throws calendar.unknown, calendar.no_address, … */
  async refresh(actor: Actor, labId: string, id: string): Promise<Imported> {
    const calendar = await calendarOf(this.database, labId, id);
    if (calendar.url === null) throw new DomainError('calendar.no_address');
    await this.database.transaction((sql) => note(sql, actor, 'calendar.refreshed', calendar));
    const failure = await this.read(calendar);
    if (failure) throw failure;
    return { id, affected: await affectedBy(this.database, calendar) };
  }

  /**
   * Reads a calendar's address again and makes its closures what is found there, or keeps those
   * there are, with the reason why. @returns that reason
   */
  async read(calendar: CalendarRow): Promise<DomainError | null> {
    try {
      const now = await databaseTime(this.database);
      const fetched = await this.fetch(calendar.url ?? '', conditionsOf(calendar, now));
      const span = windowAt(now);
      const { timeZone } = calendar;
      const found = fetched.body
        ? await readInThread({ text: textOf(fetched), window: { timeZone, ...span } })
        : null;
      await this.database.transaction((sql) => keep(sql, calendar, fetched, found, span.to));
      return null;
    } catch (error) {
      // A fault of ours waits for the next time as well, or this would be tried without end.
      const failure = error instanceof DomainError ? error : new DomainError('service.fault');
      await this.database.transaction((sql) => keepFailure(sql, calendar.id, failure));
      if (failure !== error) throw error;
      return failure;
    }
  }

  private fetch(url: string, headers: Record<string, string> = {}): Promise<Fetched> {
    const wanted = { accept: 'text/calendar, */*;q=0.1', ...headers };
    // What calendar programs call an address to subscribe to.
    const address = url.replace(/^webcals?:/i, 'https:');
    return this.outgoing.fetch({ url: address, headers: wanted, ...fetchLimits });
  }
}

async function closableLab(sql: Sql, labId: string, machineId: string | null) {
  const lab = await sql.row<{ slug: string; timeZone: string; now: Date; hasMachine: boolean }>(
    `SELECT slug, time_zone AS "timeZone", now() AS now,
            $2::uuid IS NULL OR EXISTS (SELECT 1 FROM machines
              WHERE id = $2 AND lab_id = labs.id AND retired_at IS NULL) AS "hasMachine"
       FROM labs WHERE id = $1`,
    [labId, machineId],
  );
  if (!lab) throw new DomainError('lab.unknown');
  if (!lab.hasMachine) throw new DomainError('machine.unknown');
  return lab;
}

/** In one transaction with all its closures; `found` is null where nothing has changed. */
async function keep(
  sql: Sql,
  calendar: CalendarRow,
  { etag, lastModified }: Fetched,
  found: ImportedCalendar | null,
  until: Date,
): Promise<void> {
  const row = await sql.row<{ nextReadAt: Date }>(
    `UPDATE lab_calendars
        SET last_read_at = now(), last_error = NULL, next_read_at = now() + interval '${readEvery}',
            ignored = coalesce($2, ignored), etag = coalesce($3, CASE WHEN $6 THEN etag END),
            last_modified = coalesce($4, CASE WHEN $6 THEN last_modified END),
            read_until = CASE WHEN $6 THEN read_until ELSE $5 END
      WHERE id = $1 RETURNING next_read_at AS "nextReadAt"`,
    [
      calendar.id,
      found ? JSON.stringify(found.ignored) : null,
      etag,
      lastModified,
      until,
      found === null,
    ],
  );
  // Removed while it was read.
  if (!row) return;
  await planReading(sql, calendar.id, row.nextReadAt);
  if (found && (await setClosures(sql, calendar, found.intervals))) {
    await announceClosures(sql, calendar);
  }
}

async function keepFailure(sql: Sql, id: string, { code, facts }: DomainError): Promise<void> {
  const row = await sql.row<{ nextReadAt: Date }>(
    `UPDATE lab_calendars SET next_read_at = now() + interval '${readEvery}',
            last_error = jsonb_build_object('code', $2::text, 'facts', $3::jsonb, 'at', now())
      WHERE id = $1 RETURNING next_read_at AS "nextReadAt"`,
    [id, code, JSON.stringify(facts)],
  );
  if (row) await planReading(sql, id, row.nextReadAt);
}

function conditionsOf(calendar: CalendarRow, now: Date): Record<string, string> {
  const { etag, lastModified, readUntil } = calendar;
  const age = now.getTime() + window.afterMs - readUntil.getTime();
  if (age > expandAnewMs) return {};
  return {
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(lastModified ? { 'if-modified-since': lastModified } : {}),
  };
}

function windowAt(now: Date): { from: Date; to: Date } {
  return {
    from: new Date(now.getTime() - window.beforeMs),
    to: new Date(now.getTime() + window.afterMs),
  };
}

async function databaseTime(sql: Sql): Promise<Date> {
  return (await sql.row<{ now: Date }>('SELECT now() AS now'))!.now;
}

function ofFile(body: Buffer): Fetched {
  return { body, etag: null, lastModified: null };
}

function textOf({ body }: Fetched): string {
  return (body ?? Buffer.alloc(0)).toString('utf8');
}
