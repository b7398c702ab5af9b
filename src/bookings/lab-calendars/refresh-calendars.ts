import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { HandlesMessage } from '../../platform/queue/message-handlers.js';
import { LOG } from '../../platform/tokens.js';
import { ImportCalendar } from './import-calendar.js';
import { dueCalendar, planReading } from './lab-calendars.js';
import { calendarDue } from './lab-calendars.messages.js';

/** Reads outside calendars again, each every six hours. */
@Injectable()
export class RefreshCalendars {
  constructor(
    private readonly database: Database,
    private readonly importing: ImportCalendar,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @HandlesMessage(calendarDue)
  async onDue({ calendarId }: { calendarId: string }): Promise<void> {
    const calendar = await dueCalendar(this.database, calendarId);
    if (!calendar) return;
    const failure = await this.importing.read(calendar);
    if (failure) this.log.warn({ calendarId, code: failure.code }, 'outside calendar not read');
  }

  /** Those whose message a lost queue swallowed; the worker asks for this now and then. */
  async recover(): Promise<void> {
    const forgotten = await this.database.rows<{ id: string; now: Date }>(
      `SELECT c.id, now() AS now FROM lab_calendars c
        WHERE c.url IS NOT NULL AND c.next_read_at <= now() - interval '10 minutes'
          AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'step:calendar:' || c.id)`,
    );
    for (const { id, now } of forgotten) await planReading(this.database, id, now);
  }
}
