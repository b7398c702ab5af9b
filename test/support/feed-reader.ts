import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { NewFeedAnswerDto } from '../../src/bookings/feeds/feeds.dto.js';
import type { Client } from './client.js';

/** A feed of that kind, made by whoever is signed in there. */
export async function madeFeed(by: Client, wanted: object): Promise<NewFeedAnswerDto> {
  const { status, body } = await by.post<NewFeedAnswerDto>('/feeds', wanted);
  expect(status).toBe(201);
  return body;
}

export async function placedBooking(by: Client, asked: object): Promise<BookingDto> {
  const { status, body } = await by.post<BookingDto>('/bookings', asked);
  expect(status).toBe(201);
  return body;
}

/** As a calendar program asks: without a session. */
export function readFeed(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Response> {
  return fetch(url, { headers, method });
}

/** Unfolded. */
export async function feedText(url: string): Promise<string> {
  const response = await readFeed(url);
  expect(response.status).toBe(200);
  return (await response.text()).replaceAll('\r\n ', '');
}

/** Of each event the values of those properties, as they are written, in the order of the feed. */
export async function feedEvents(
  url: string,
  ...names: string[]
): Promise<(string | undefined)[][]> {
  const [, ...events] = (await feedText(url)).split('BEGIN:VEVENT\r\n');
  return events.map((event) =>
    names.map((name) => new RegExp(`^${name}(?:;[^:]*)?:(.*)\r$`, 'm').exec(event)?.[1]),
  );
}
