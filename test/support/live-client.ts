import type { Client } from './client.js';
import { eventually } from './eventually.js';

export interface LiveEvent {
  readonly id: string;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** A browser's EventSource without the browser. */
export class LiveClient {
  readonly events: LiveEvent[] = [];
  /** Resolves when the server ended the stream. */
  readonly ended: Promise<void>;
  private readonly abort = new AbortController();

  private constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.read(body).catch((error: unknown) => {
      if (!this.abort.signal.aborted) throw error;
    });
  }

  static async open(client: Client, query = '', lastEventId?: string): Promise<LiveClient> {
    const response = await fetch(`${client.base}/api/v1/live${query}`, {
      headers: { ...client.headers(), ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    if (!response.body) throw new Error('there is no stream');
    return new LiveClient(response.body);
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? '';
  }

  named(name: string): LiveEvent[] {
    return this.events.filter((event) => event.name === name);
  }

  /** The first event of that name with this data among the rest. */
  heard(name: string, data: Record<string, unknown>): Promise<LiveEvent> {
    return eventually(() => {
      const known = (event: LiveEvent) =>
        Object.entries(data).every(([key, value]) => event.data[key] === value);
      const event = this.named(name).find(known);
      if (!event) throw new Error(`no ${name} with ${JSON.stringify(data)}`);
      return event;
    });
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    const reader = body.getReader();
    this.abort.signal.addEventListener('abort', () => void reader.cancel());
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const data = fields.get('data');
    if (data === undefined) return;
    this.events.push({
      id: fields.get('id') ?? '',
      name: fields.get('event') ?? 'message',
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }
}
