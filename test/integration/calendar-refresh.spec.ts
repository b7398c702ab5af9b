import type {
  LabCalendarPageDto,
  ReadCalendarDto,
} from '../../src/bookings/lab-calendars/lab-calendars.dto.js';
import { aLab } from '../builders/lab.js';
import { comingDay } from '../builders/slots.js';
import { startBuiltLab } from '../support/built-lab.js';
import type { BuiltLab } from '../support/built-lab.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { OutsideCalendar, icsOf } from '../support/outside-calendar.js';

describe('an outside calendar is read again', () => {
  let app: BuiltLab;
  let outside: OutsideCalendar;
  let manager: Client;

  beforeAll(async () => {
    outside = await new OutsideCalendar().start();
    app = await startBuiltLab({ OUTGOING_NETWORKS: '127.0.0.1' });
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(async () => {
    await app.stop();
    outside.stop();
  });

  const fair = { summary: 'Salon', startsAt: comingDay(3, 8), endsAt: comingDay(3, 18) };
  /** A lab that a calendar at that address closes. */
  const added = async () => {
    const lab = await aLab(app.database);
    const asked = { name: 'Ville', url: outside.url };
    const { status, body } = await manager.post<ReadCalendarDto>(
      `/labs/${lab.id}/calendars`,
      asked,
    );
    expect(status).toBe(201);
    return { lab, ...body };
  };
  const closuresIn = async (calendarId: string) =>
    (
      await app.database.rows<{ reason: string }>(
        'SELECT reason FROM lab_closures WHERE calendar_id = $1 ORDER BY starts_at, reason',
        [calendarId],
      )
    ).map(({ reason }) => reason);
  const comesDue = (id: string) =>
    app.database.run(
      `WITH due AS (UPDATE lab_calendars SET next_read_at = now() WHERE id = $1 RETURNING id),
            step AS (UPDATE outbox SET available_at = now() FROM due
                      WHERE key = 'step:calendar:' || due.id RETURNING 1)
       SELECT pg_notify('creneau_outbox', '') FROM step`,
      [id],
    );
  const stateOf = async ({ id }: { id: string }, by = manager) => {
    const { body } = await by.get<LabCalendarPageDto>(`/labs/${id}/calendars`);
    return body.items[0]!;
  };
  const market = { ...fair, summary: 'Marché' };

  it('when its six hours are over, and then its closures are what it says now', async () => {
    outside.serve(icsOf(fair));
    const { lab, id, nextReadAt } = await added();
    const ahead = Date.parse(nextReadAt ?? '') - Date.now();
    expect(Math.round(ahead / 3_600_000)).toBe(6);
    outside.serve(icsOf(market, { ...market, summary: 'Concert' }));
    await comesDue(id);
    await eventually(async () => expect(await closuresIn(id)).toEqual(['Concert', 'Marché']));
    expect(Date.parse((await stateOf(lab)).nextReadAt ?? '')).toBeGreaterThan(Date.now());
    expect(
      await app.database.row(`SELECT 1 FROM outbox WHERE key = 'step:calendar:' || $1`, [id]),
    ).not.toBeNull();
  });

  it('only where it has changed', async () => {
    const modified = 'Tue, 24 Nov 2026 10:00:00 GMT';
    outside.serve(icsOf(fair), { etag: '"7"', 'last-modified': modified });
    const { lab, id } = await added();
    const path = `/labs/${lab.id}/calendars/${id}/refresh`;
    const before = await stateOf(lab);
    outside.answer = (response) => void response.writeHead(304).end();
    for (const _ of [1, 2]) {
      const { status, body } = await manager.post<ReadCalendarDto>(path);
      expect([status, body.closures]).toEqual([200, 1]);
      expect(outside.asked.at(-1)).toMatchObject({
        'if-none-match': '"7"',
        'if-modified-since': modified,
      });
      expect(Date.parse(body.lastReadAt)).toBeGreaterThan(Date.parse(before.lastReadAt));
    }
    // What never changes is expanded anew all the same, before its rules run dry.
    await app.database.run(
      `UPDATE lab_calendars SET read_until = read_until - interval '40 days' WHERE id = $1`,
      [id],
    );
    outside.serve(icsOf(fair), { etag: '"7"' });
    await manager.post(path);
    expect(outside.asked.at(-1)).not.toHaveProperty('if-none-match');
  });

  it('and keeps its closures where that fails, with the reason', async () => {
    outside.serve(icsOf(fair));
    const { lab, id } = await added();
    const path = `/labs/${lab.id}/calendars/${id}/refresh`;
    outside.answer = (response) => void response.writeHead(503).end();
    await comesDue(id);
    const failed = await eventually(async () => {
      const state = await stateOf(lab);
      expect(state.lastError).toMatchObject({
        code: 'outgoing.status',
        detail: '127.0.0.1 answered 503.',
      });
      return state;
    });
    expect(Date.parse(failed.nextReadAt ?? '')).toBeGreaterThan(Date.now());
    const french = await app.as(await app.lab.member('lab_manager'), 'fr');
    expect((await stateOf(lab, french)).lastError?.title).toBe('Le serveur a refusé');
    expect(await closuresIn(id)).toEqual(['Salon']);
    // A file that is cut short closes as much as before.
    outside.serve(icsOf(market).slice(0, -20));
    const cut = await manager.post(path);
    expect([cut.status, cut.body.code]).toEqual([400, 'calendar.malformed']);
    expect((await stateOf(lab)).lastError?.code).toBe('calendar.malformed');
    expect(await closuresIn(id)).toEqual(['Salon']);
    outside.serve(icsOf(market));
    const { body } = await manager.post<ReadCalendarDto>(path);
    expect([body.lastError, await closuresIn(id)]).toEqual([null, ['Marché']]);
  });

  it('though the queue lost what it was told', async () => {
    outside.serve(icsOf(fair));
    const { id } = await added();
    outside.serve(icsOf(market));
    // Handed to a queue that was emptied since: PostgreSQL alone knows that it is late.
    await app.database.run(
      `WITH lost AS (DELETE FROM outbox WHERE key = 'step:calendar:' || $1::text)
       UPDATE lab_calendars SET next_read_at = now() - interval '11 minutes' WHERE id = $1::uuid`,
      [id],
    );
    await eventually(async () => expect(await closuresIn(id)).toEqual(['Marché']));
  });
});
