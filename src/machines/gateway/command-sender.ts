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
import { runFile } from '../drivers/driver.js';
import { commandSettled } from '../machines.messages.js';
import { CommandCarrier } from './command-carrier.js';
import { MachineGateway } from './machine-gateway.js';

interface DueCommand {
  id: string;
  type: CommandType;
  machineId: string;
  jobId: string | null;
  dispatchId: string | null;
  issuedAt: Date;
  expiresAt: Date;
  args: Record<string, unknown>;
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
    private readonly gateway: MachineGateway,
    private readonly carrier: CommandCarrier,
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
    await this.carrier.stop();
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
      `UPDATE commands SET state = 'sent', sent_at = now()
        WHERE state = 'pending'
          AND id IN (SELECT id FROM commands WHERE state = 'pending' AND expires_at > now()
                      ORDER BY issued_at LIMIT 100 FOR UPDATE SKIP LOCKED)
       RETURNING id, machine_id AS "machineId", type, job_id AS "jobId",
                 dispatch_id AS "dispatchId", issued_at AS "issuedAt", expires_at AS "expiresAt",
                 args`,
    );
    // An update gives its rows in no order: a cancel must not overtake the start it is meant for.
    due.sort((a, b) => a.id.localeCompare(b.id));
    for (const [index, command] of due.entries()) {
      try {
        await this.publish(command);
      } catch (error) {
        // This one may have left; those after it have not.
        await this.putBack(due.slice(index + 1).map(({ id }) => id));
        throw error;
      }
    }
  }

  private async putBack(unsent: readonly string[]): Promise<void> {
    await this.database.run(
      `UPDATE commands SET state = 'pending', sent_at = NULL WHERE id = ANY($1) AND state = 'sent'`,
      [unsent],
    );
  }

  private async publish(command: DueCommand): Promise<void> {
    const { id, type, machineId, jobId, dispatchId, ...rest } = command;
    const machine = await this.gateway.machine(machineId);
    if (!machine) {
      this.log.error({ commandId: id, machineId }, 'nobody can drive this machine');
      return;
    }
    const run = jobId && dispatchId ? { jobId, file: runFile(jobId, dispatchId) } : null;
    const outgoing = { ...rest, commandId: id, type, jobId, run };
    await this.carrier.carry(machine, outgoing, (commandId) => this.putBack([commandId]));
    this.log.info({ commandId: id, type, machine: machine.slug }, 'command sent');
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
