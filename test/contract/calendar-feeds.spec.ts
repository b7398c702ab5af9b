import { Temporal } from 'temporal-polyfill';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { npmClient, zoneClient, zoneClientName } from '../support/calendar-clients.js';
import type { CalendarClient } from '../support/calendar-clients.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { madeFeed, placedBooking, readFeed } from '../support/feed-reader.js';

/** The lab's wall times of bookings in the weeks in which its clocks change. */
const walls = [
  ['2027-03-27T14:00', '2027-03-27T16:00'],
  // The night of two hours between the wall times, not three.
  ['2027-03-28T01:00', '2027-03-28T04:00'],
  ['2027-03-29T14:00', '2027-03-29T16:00'],
  ['2027-10-30T14:00', '2027-10-30T16:00'],
  // The night of four.
  ['2027-10-31T01:00', '2027-10-31T04:00'],
  ['2027-11-01T14:00', '2027-11-01T16:00'],
] as const;

describe.each<[string, CalendarClient]>([
  ['node-ical', npmClient],
  [zoneClientName, zoneClient],
])('%s, subscribed to a feed that we serve,', (_name, client) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const instant = (wall: string) =>
    Temporal.PlainDateTime.from(wall).toZonedDateTime('Europe/Paris').toInstant().toString();
  const shown = async (url: string, timeZone: string) => {
    const response = await readFeed(url);
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    return client(await response.text(), timeZone);
  };

  it('shows the wall times at which members booked, and what was cancelled as cancelled', async () => {
    const { id: machineId, slug } = await app.lab.machine({
      rules: { approval: 'auto', horizon: 400 * 86_400 },
    });
    const member = await app.as(await app.lab.member());
    const placed: BookingDto[] = [];
    for (const [startsAt, endsAt] of walls)
      placed.push(
        await placedBooking(member, {
          machineId,
          startsAt: instant(startsAt),
          endsAt: instant(endsAt),
        }),
      );
    const { url } = await madeFeed(member, { kind: 'member' });
    const cancelled = placed[2]!;
    const expected = (status: (id: string) => string) =>
      placed
        .map(({ id }, index) => ({
          uid: `${id}@creneau`,
          startsAt: walls[index]![0].replace('T', ' '),
          endsAt: walls[index]![1].replace('T', ' '),
          status: status(id),
          summary: `Machine ${slug}`,
        }))
        .sort((a, b) => (a.uid < b.uid ? -1 : 1));
    expect(await shown(url, 'Europe/Paris')).toEqual(expected(() => 'CONFIRMED'));

    expect((await member.post(`/bookings/${cancelled.id}/cancel`)).status).toBe(200);
    expect(await shown(url, 'Europe/Paris')).toEqual(
      expected((id) => (id === cancelled.id ? 'CANCELLED' : 'CONFIRMED')),
    );
    // Elsewhere they are the same instants: nights of two hours and of four.
    const nights = (await shown(url, 'UTC')).filter(({ uid }) =>
      [placed[1], placed[4]].some((one) => uid === `${one?.id}@creneau`),
    );
    expect(nights.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      ['2027-03-28 00:00', '2027-03-28 02:00'],
      ['2027-10-30 23:00', '2027-10-31 03:00'],
    ]);
  });
});
