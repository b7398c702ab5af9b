import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import pg from 'pg';
import { Database } from '../../platform/database/database.js';
import type { Log } from '../../platform/logging/log.js';
import { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import { enqueue } from '../../platform/outbox/outbox.js';
import type { Services } from '../../platform/services.js';
import { LOG, SERVICES } from '../../platform/tokens.js';
import { commandChannel } from '../commands.js';
import type { CommandType } from '../drivers/driver.js';
import { drivers } from '../drivers/registry.js';
import { commandSettled } from '../machines.messages.js';
import { machineTopic } from '../topics.js';

interface DueCommand {
  id: string;
  type: CommandType;
  jobId: string | null;
  issuedAt: Date;
  expiresAt: Date;
  args: Record<string, unknown>;
  lab: string;
  machine: string;
  driver: string;
}

const pollMs = 1_000;
const connectTimeoutMs = 5_000;

/**
 * Publishes pending commands. A command is marked `sent` and committed before it is published,
 * so a crash in between loses it and never repeats it: nothing physical is started twice.
 */
@Injectable()
export class CommandSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopped = false;
  private listener: pg.Client | null = null;
  private wake: () => void = () => undefined;
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    @Inject(MqttLink) private readonly mqtt: MqttLink,
    @Inject(SERVICES) private readonly services: Services,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.loops = [this.run(), this.listen()];
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.listener?.end().catch(() => undefined);
    await Promise.all(this.loops);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      try {
        await this.expire();
        if (this.mqtt.connected) await this.sendDue();
      } catch (error) {
        this.log.error({ err: error }, 'commands: a round failed');
      }
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        woken,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, pollMs);
        }),
      ]);
      clearTimeout(timer);
    }
  }

  private async sendDue(): Promise<void> {
    const due = await this.database.rows<DueCommand>(
      `UPDATE commands c SET state = 'sent', sent_at = now()
         FROM machines m, labs l
        WHERE m.id = c.machine_id AND l.id = m.lab_id AND c.state = 'pending'
          AND c.id IN (SELECT id FROM commands WHERE state = 'pending' AND expires_at > now()
                        ORDER BY issued_at LIMIT 100 FOR UPDATE SKIP LOCKED)
       RETURNING c.id, c.type, c.job_id AS "jobId", c.issued_at AS "issuedAt",
                 c.expires_at AS "expiresAt", c.args, l.slug AS lab, m.slug AS machine, m.driver`,
    );
    // An update gives its rows in no order: a cancel must not overtake the start it is meant for.
    due.sort((a, b) => a.id.localeCompare(b.id));
    for (const [index, command] of due.entries()) {
      try {
        await this.publish(command);
      } catch (error) {
        // This one may have left; those after it have not.
        await this.putBack(due.slice(index + 1));
        throw error;
      }
    }
  }

  private async putBack(unsent: readonly DueCommand[]): Promise<void> {
    await this.database.run(
      `UPDATE commands SET state = 'pending', sent_at = NULL WHERE id = ANY($1) AND state = 'sent'`,
      [unsent.map(({ id }) => id)],
    );
  }

  private async publish(command: DueCommand): Promise<void> {
    const driver = drivers[command.driver];
    if (!driver) {
      this.log.error({ commandId: command.id, driver: command.driver }, 'no such driver');
      return;
    }
    for (const { topic, payload, qos } of driver.encode({ ...command, commandId: command.id })) {
      await this.mqtt.publish(machineTopic(command.lab, command.machine, topic), payload, {
        qos,
        retain: false,
      });
    }
    this.log.info(
      { commandId: command.id, type: command.type, machine: command.machine },
      'command sent',
    );
  }

  /** A command that could not be sent in time never will be; its dispatch must know. */
  private async expire(): Promise<void> {
    await this.database.transaction(async (sql) => {
      const expired = await sql.rows<{ id: string; machineId: string }>(
        `UPDATE commands SET state = 'expired', settled_at = now()
          WHERE id IN (SELECT id FROM commands WHERE state = 'pending' AND expires_at <= now()
                        FOR UPDATE SKIP LOCKED)
         RETURNING id, machine_id AS "machineId"`,
      );
      for (const { id, machineId } of expired) {
        await enqueue(sql, commandSettled, `machine:${machineId}`, { commandId: id, machineId });
      }
    });
  }

  private async listen(): Promise<void> {
    while (!this.stopped) {
      try {
        const client = new pg.Client({
          connectionString: this.services.databaseUrl,
          connectionTimeoutMillis: connectTimeoutMs,
        });
        const ended = new Promise<void>((resolve) => {
          client.on('error', () => resolve());
          client.on('end', () => resolve());
        });
        client.on('notification', () => this.wake());
        await client.connect();
        // Not before: a client that is ended while it connects never says so.
        this.listener = client;
        if (this.stopped) return await client.end();
        await client.query(`LISTEN ${commandChannel}`);
        await ended;
      } catch (error) {
        this.log.warn({ err: error }, 'commands: listening failed, polling goes on');
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
