import { jest } from '@jest/globals';
import pg from 'pg';
import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import type { CalendarDto } from '../../src/bookings/calendar.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { comingDay } from '../builders/slots.js';

describe('the calendar of a window', () => {
  let app: TestApp;
  let staff: Client;
  let member: Client;
  let machineIds: string[];
  let own: BookingDto;
  let theirs: BookingDto;
  let givenUp: BookingDto;
  const week = `from=${comingDay(1, 0)}&to=${comingDay(8, 0)}`;

  beforeAll(async () => {
    // Nobody's statements but those of the requests.
    app = await startApp({ variables: { ROLES: 'api' } });
    staff = await app.as(await app.lab.member('lab_manager'));
    member = await app.as(await app.lab.member());
    const other = await app.as(await app.lab.member('member', 'Otto'));
    machineIds = [];
    for (let number = 0; number < 50; number += 1)
      machineIds.push((await app.lab.machine({ openingHours: 'around_the_clock' })).id);
    const place = async (by: Client, machine: number, hours: number) => {
      const body = {
        machineId: machineIds[machine],
        startsAt: comingDay(3, hours),
        endsAt: comingDay(3, hours + 1),
        purpose: 'a lamp',
      };
      const placed = await by.post<BookingDto>('/bookings', body);
      expect(placed.status).toBe(201);
      return placed.body;
    };
    own = await place(member, 1, 9);
    theirs = await place(other, 0, 10);
    givenUp = await place(other, 0, 12);
    await other.post(`/bookings/${givenUp.id}/cancel`);
  });
  afterAll(() => app.stop());

  const read = (by: Client, query = week) => by.get<CalendarDto>(`/calendar?${query}`);
  const idsOf = ({ items }: CalendarDto) => items.map(({ id }) => id).sort();

  it('holds what takes a machine, and nobody’s secrets', async () => {
    const { status, body } = await read(member);
    expect(status).toBe(200);
    expect(idsOf(body)).toEqual([own.id, theirs.id].sort());
    expect(body.items.find(({ id }) => id === own.id)).toMatchObject({ purpose: 'a lamp' });
    expect(body.items.find(({ id }) => id === theirs.id)).toMatchObject({
      state: 'busy',
      memberId: null,
      memberName: null,
      purpose: null,
    });
    const seen = (await read(staff)).body.items.find(({ id }) => id === theirs.id);
    expect(seen).toMatchObject({ memberName: 'Otto', purpose: 'a lamp' });
  });

  it('is half-open, and can be that of one machine or one lab', async () => {
    const [from, to] = [comingDay(3, 10), comingDay(3, 11)];
    expect(idsOf((await read(member, `from=${from}&to=${to}`)).body)).toEqual([theirs.id]);
    expect((await read(member, `from=${to}&to=${comingDay(3, 12)}`)).body.items).toEqual([]);
    const one = await read(member, `${week}&machineId=${machineIds[1]}`);
    expect(idsOf(one.body)).toEqual([own.id]);
    expect((await read(member, `${week}&labId=${app.lab.id}`)).body.items).toHaveLength(2);
    expect((await read(member, `${week}&labId=${own.id}`)).body.items).toEqual([]);
  });

  it('refuses a window that is none, or too long', async () => {
    for (const path of [
      `/calendar?from=${comingDay(1, 0)}&to=${comingDay(37, 0)}`,
      `/calendar?from=${comingDay(2, 0)}&to=${comingDay(2, 0)}`,
      `/bookings?from=${comingDay(2, 0)}&to=${comingDay(1, 0)}`,
    ]) {
      const { status, body } = await member.get(path);
      expect([status, body.code]).toEqual([400, 'calendar.window']);
    }
  });

  it('as a list, page by page, begins with what is under way', async () => {
    const from = comingDay(3, 9.5);
    const path = `/bookings?from=${from}&to=${comingDay(3, 11)}&limit=1`;
    const first = await member.get<BookingPageDto>(path);
    expect(first.body.items.map(({ id }) => id)).toEqual([own.id]);
    const next = await member.get<BookingPageDto>(`${path}&after=${first.body.nextCursor}`);
    expect(next.body.items.map(({ id }) => id)).toEqual([theirs.id]);
    expect(next.body.nextCursor).toBeNull();
    const later = await member.get<BookingPageDto>(`/bookings?from=${comingDay(3, 10)}`);
    expect(later.body.items.map(({ id }) => id)).toEqual([theirs.id]);
  });

  it('of a week on fifty machines, with all that a page shows beside it, asks ten statements at most', async () => {
    const query = jest.spyOn(pg.Client.prototype, 'query');
    const shown = await Promise.all(
      ['/session', '/labs', '/machines', `/calendar?${week}`, `/availability?${week}`].map((path) =>
        staff.get(path),
      ),
    );
    const texts = query.mock.calls
      .map(([asked]: unknown[]) =>
        typeof asked === 'string' ? asked : (asked as { text: string }).text,
      )
      // The wake that follows the bookings placed above.
      .filter((text) => !text.includes('outbox'));
    query.mockRestore();
    expect(shown.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(texts.some((text) => text.includes('b.occupied && tstzrange'))).toBe(true);
    expect(texts.length).toBeLessThanOrEqual(10);
  });
});
