import type { Client } from 'pg';
import type { Log } from '../logging/log.js';
import type { Database, Sql } from '../database/database.js';
import { outboxChannel } from './outbox.js';
import type { OutboxDestination } from './outbox.entity.js';

export interface OutboxMessage {
  readonly id: string;
  readonly destination: OutboxDestination;
  readonly name: string;
  readonly payload: Record<string, unknown>;
  readonly attempts: number;
  /** With the id it names the row even if the database was made anew: ids begin at 1 again. */
  readonly createdAt: Date;
}

/** Publishes; resolves only once the destination has taken the messages over. */
export type Publisher = (messages: readonly OutboxMessage[]) => Promise<void>;

/** This one message can never be published, whatever the state of the services. */
export class PoisonMessage extends Error {
  constructor(
    readonly messageId: string,
    reason: string,
  ) {
    super(reason);
  }
}

const batchSize = 200;
const pollMs = 1_000;

/**
 * Carries outbox rows to the queue and to the live bus. Any number of copies may run: rows are
 * taken with SKIP LOCKED, and only the oldest row of an aggregate is ever taken, so the order
 * within an aggregate holds. A row published just before a crash is published again: the queue
 * drops the repeated id, and consumers are idempotent.
 */
export class OutboxRelay {
  private stopped = false;
  private wake: () => void = () => undefined;
  private listener: Client | null = null;
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    private readonly connect: () => Promise<Client>,
    private readonly publishers: Readonly<Record<OutboxDestination, Publisher>>,
    private readonly log: Log,
  ) {}

  start(): void {
    const destinations: OutboxDestination[] = ['queue', 'change'];
    const wakes = new Map<OutboxDestination, () => void>();
    this.wake = () => wakes.forEach((wake) => wake());
    // A destination of its own loop: a broker outage must not hold up the queue.
    this.loops = destinations.map((destination) =>
      this.run(destination, (wake) => wakes.set(destination, wake)),
    );
    this.loops.push(this.listen());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.listener?.end().catch(() => undefined);
    await Promise.all(this.loops);
  }

  private async run(
    destination: OutboxDestination,
    register: (wake: () => void) => void,
  ): Promise<void> {
    while (!this.stopped) {
      let awaited = new Promise<void>((resolve) => register(resolve));
      const moved = await this.drain(destination);
      if (moved === batchSize || this.stopped) continue;
      // Some heads had followers: look again at once until nothing moves.
      if (moved > 0) awaited = Promise.resolve();
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        awaited,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, pollMs);
        }),
      ]);
      clearTimeout(timer);
    }
  }

  /** Moves one batch; gives how many rows left the outbox. */
  private async drain(destination: OutboxDestination): Promise<number> {
    try {
      return await this.database.transaction((sql) => this.moveBatch(sql, destination));
    } catch (error) {
      this.log.error({ err: error, destination }, 'outbox relay: a batch failed');
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      return 0;
    }
  }

  private async moveBatch(sql: Sql, destination: OutboxDestination): Promise<number> {
    const messages = await sql.rows<OutboxMessage & { aggregate: string }>(
      `SELECT o.id, o.destination, o.name, o.payload, o.attempts, o.created_at AS "createdAt"
         FROM outbox o
        WHERE o.destination = $1 AND o.available_at <= now()
          AND NOT EXISTS (SELECT 1 FROM outbox earlier
                           WHERE earlier.destination = o.destination
                             AND earlier.aggregate = o.aggregate AND earlier.id < o.id)
        ORDER BY o.available_at, o.id
        LIMIT ${batchSize}
          FOR UPDATE OF o SKIP LOCKED`,
      [destination],
    );
    if (messages.length === 0) return 0;
    try {
      await this.publishers[destination](messages);
      await sql.run('DELETE FROM outbox WHERE id = ANY($1)', [messages.map(({ id }) => id)]);
    } catch (error) {
      return this.putOff(sql, messages, error);
    }
    return messages.length;
  }

  /**
   * An outage is waited out, however long; a message that can never leave is set aside, and the
   * rest of its batch may go at once.
   */
  private async putOff(
    sql: Sql,
    messages: readonly OutboxMessage[],
    error: unknown,
  ): Promise<number> {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof PoisonMessage) {
      this.log.error({ reason, id: error.messageId }, 'outbox relay: a message was set aside');
      await sql.run(
        `WITH dead AS (DELETE FROM outbox WHERE id = $1 RETURNING name, payload, attempts)
         INSERT INTO dead_letters (source, name, payload, error, attempts)
         SELECT 'relay', name, payload, $2, attempts FROM dead`,
        [error.messageId, reason],
      );
      return 1;
    }
    this.log.warn({ reason, count: messages.length }, 'outbox relay: will try again');
    await sql.run(
      `UPDATE outbox SET attempts = attempts + 1, last_error = $2,
              available_at = now() + least(5, power(2, least(attempts, 8))) * interval '1 second'
        WHERE id = ANY($1)`,
      [messages.map(({ id }) => id), reason],
    );
    return 0;
  }

  /** NOTIFY wakes us; the poll carries on where the listening connection is lost. */
  private async listen(): Promise<void> {
    while (!this.stopped) {
      try {
        const client = await this.connect();
        this.listener = client;
        const ended = new Promise<void>((resolve) => {
          client.on('error', () => resolve());
          client.on('end', () => resolve());
        });
        client.on('notification', () => this.wake());
        // Stopped while it connected: nobody else would end it, and the stop waits for us.
        if (this.stopped) return await client.end();
        await client.query(`LISTEN ${outboxChannel}`);
        await ended;
      } catch (error) {
        this.log.warn({ err: error }, 'outbox relay: listening failed, polling goes on');
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
