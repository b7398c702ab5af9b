import { writeCalendar } from '../../src/bookings/calendars/icalendar.js';
import type { FeedEvent } from '../../src/bookings/calendars/icalendar.js';
import { npmClient, zoneClient, zoneClientName } from '../support/calendar-clients.js';
import type { CalendarClient } from '../support/calendar-clients.js';

const anEvent = (uid: string, from: string, to: string, more: Partial<FeedEvent> = {}) => ({
  uid,
  sequence: 0,
  status: 'CONFIRMED' as const,
  startsAt: new Date(from),
  endsAt: new Date(to),
  timeZone: 'Europe/Paris',
  summary: 'Laser',
  lastModified: new Date('2027-01-02T10:00:00Z'),
  ...more,
});
const feedOf = (...events: FeedEvent[]) =>
  writeCalendar({ name: 'Museolab', events, refreshInterval: 'PT15M' }, new Date('2027-01-03'));
const inStJohns = { timeZone: 'America/St_Johns' };

/** From 14:00 to 16:00 on the wall, the Saturday before and the Monday after the clock changes. */
const parisWeeks = [
  anEvent('1', '2027-03-27T13:00Z', '2027-03-27T15:00Z'),
  anEvent('2', '2027-03-29T12:00Z', '2027-03-29T14:00Z'),
  anEvent('3', '2027-10-30T12:00Z', '2027-10-30T14:00Z'),
  anEvent('4', '2027-11-01T13:00Z', '2027-11-01T15:00Z'),
];
const stJohnsWeeks = [
  anEvent('1', '2027-03-13T17:30Z', '2027-03-13T19:30Z', inStJohns),
  anEvent('2', '2027-03-15T16:30Z', '2027-03-15T18:30Z', inStJohns),
  anEvent('3', '2027-11-06T16:30Z', '2027-11-06T18:30Z', inStJohns),
  anEvent('4', '2027-11-08T17:30Z', '2027-11-08T19:30Z', inStJohns),
];
const shown = (uid: string, startsAt: string, endsAt: string, more: object = {}) => ({
  uid,
  startsAt,
  endsAt,
  status: 'CONFIRMED',
  summary: 'Laser',
  ...more,
});

describe.each<[string, CalendarClient]>([
  ['node-ical', npmClient],
  [zoneClientName, zoneClient],
])('%s, subscribed to a feed,', (_name, client) => {
  it('shows the wall times of Paris in the weeks in which its clock changes', async () => {
    expect(await client(feedOf(...parisWeeks), 'Europe/Paris')).toEqual([
      shown('1', '2027-03-27 14:00', '2027-03-27 16:00'),
      shown('2', '2027-03-29 14:00', '2027-03-29 16:00'),
      shown('3', '2027-10-30 14:00', '2027-10-30 16:00'),
      shown('4', '2027-11-01 14:00', '2027-11-01 16:00'),
    ]);
  });

  it('shows the wall times of St John’s in the weeks in which its clock changes', async () => {
    expect(await client(feedOf(...stJohnsWeeks), 'America/St_Johns')).toEqual([
      shown('1', '2027-03-13 14:00', '2027-03-13 16:00'),
      shown('2', '2027-03-15 14:00', '2027-03-15 16:00'),
      shown('3', '2027-11-06 14:00', '2027-11-06 16:00'),
      shown('4', '2027-11-08 14:00', '2027-11-08 16:00'),
    ]);
  });

  it('shows a night on which the clock changes, two or four hours long', async () => {
    const feed = feedOf(
      anEvent('1', '2027-03-28T00:00Z', '2027-03-28T02:00Z'),
      anEvent('2', '2027-10-30T23:00Z', '2027-10-31T03:00Z'),
      // To the second 02:30 of the night, which no wall time can name.
      anEvent('3', '2027-10-30T23:00Z', '2027-10-31T01:30Z'),
    );
    expect(await client(feed, 'Europe/Paris')).toEqual([
      shown('1', '2027-03-28 01:00', '2027-03-28 04:00'),
      shown('2', '2027-10-31 01:00', '2027-10-31 04:00'),
      shown('3', '2027-10-31 01:00', '2027-10-31 02:30'),
    ]);
    expect(await client(feed, 'UTC')).toEqual([
      shown('1', '2027-03-28 00:00', '2027-03-28 02:00'),
      shown('2', '2027-10-30 23:00', '2027-10-31 03:00'),
      shown('3', '2027-10-30 23:00', '2027-10-31 01:30'),
    ]);
  });

  it('shows another zone’s events where its reader is', async () => {
    const [first] = await client(feedOf(...stJohnsWeeks), 'Europe/Paris');
    expect(first).toEqual(shown('1', '2027-03-13 18:30', '2027-03-13 20:30'));
  });

  it('shows what is cancelled as cancelled, and a request as tentative', async () => {
    const feed = feedOf(
      anEvent('1', '2027-03-02T13:00Z', '2027-03-02T15:00Z', { status: 'CANCELLED', sequence: 1 }),
      anEvent('2', '2027-03-02T13:00Z', '2027-03-02T15:00Z', { status: 'TENTATIVE' }),
    );
    const statuses = (await client(feed, 'Europe/Paris')).map(({ status }) => status);
    expect(statuses).toEqual(['CANCELLED', 'TENTATIVE']);
  });

  it('shows long text, emoji, commas, semicolons and quotes as they were written', async () => {
    const summary = `👩‍🔧 «érable», 3 mm; C:\\plans "v2" ${'très long '.repeat(20)}🪚 fin`;
    const feed = feedOf(anEvent('1', '2027-03-02T13:00Z', '2027-03-02T15:00Z', { summary }));
    expect((await client(feed, 'Europe/Paris')).map((event) => event.summary)).toEqual([summary]);
  });
});

describe(`${zoneClientName}, which believes the VTIMEZONE,`, () => {
  it.each([
    ['Europe/Paris', parisWeeks],
    ['America/St_Johns', stJohnsWeeks],
  ])('finds in it all that there is to know of %s', async (timeZone, events) => {
    const feed = feedOf(...events);
    const unknown = feed.replaceAll(timeZone, 'Nobody/Knows');
    expect(unknown).not.toBe(feed);
    expect(await zoneClient(unknown, timeZone)).toEqual(await zoneClient(feed, timeZone));
  });
});
