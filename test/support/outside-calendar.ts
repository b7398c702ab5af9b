import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OutsideEvent {
  readonly summary: string;
  readonly startsAt: string;
  readonly endsAt: string;
  /** More lines, as they are written. */
  readonly more?: readonly string[];
}

const utc = (instant: string) => `${instant.slice(0, 19).replace(/[-:]/g, '')}Z`;

/** An iCalendar file, as somebody else's program writes it. */
export function icsOf(...events: OutsideEvent[]): string {
  const lines = events.flatMap(({ summary, startsAt, endsAt, more = [] }, index) => [
    'BEGIN:VEVENT',
    `UID:${index}@outside.example`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(endsAt)}`,
    `SUMMARY:${summary}`,
    ...more,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** A server of somebody else's, on an address of the loopback network. */
export class OutsideCalendar {
  answer: (response: ServerResponse, headers: IncomingHttpHeaders) => void = (response) =>
    void response.end(icsOf());
  /** Headers of every request so far. */
  readonly asked: IncomingHttpHeaders[] = [];
  private readonly server = createServer((request, response) => {
    this.asked.push(request.headers);
    this.answer(response, request.headers);
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/lab.ics`;
  }

  serve(text: string, headers: Record<string, string> = {}): void {
    this.answer = (response) => void response.writeHead(200, headers).end(text);
  }

  redirect(location: string): void {
    this.answer = (response) => void response.writeHead(302, { location }).end();
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
