import { randomUUID } from 'node:crypto';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { connection } from './reports.js';
import type { Publication } from './reports.js';

export interface LinkListener {
  connected(sessionId: string): void;
  disconnected(): void;
  /** Resolves once the command is on disk; only then does the broker hear that it arrived. */
  command(payload: Buffer): Promise<void>;
  note(event: string, facts?: Record<string, unknown>): void;
}

export interface LinkSettings {
  readonly url: string;
  readonly lab: string;
  readonly machine: string;
  readonly username: string;
  readonly password: string;
}

const retryMs = 1_000;
/** The program has a second in all to say goodbye. */
const goodbyeMs = 600;

/**
 * A machine's connection. Each connection is a session with an id and a will of its own, hence
 * a new client each time; the broker's session lasts, so that commands wait for the machine.
 */
export class MqttLink {
  private client: MqttClient | null = null;
  private sessionId = '';
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly settings: LinkSettings,
    private readonly listener: LinkListener,
  ) {}

  open(): void {
    const { url, lab, machine, username, password } = this.settings;
    const sessionId = randomUUID();
    const will = connection(sessionId, 'lost', Date.now());
    const client = connect(url, {
      protocolVersion: 4,
      clientId: `creneau-${lab}-${machine}`,
      clean: false,
      username,
      password,
      keepalive: 10,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      will: {
        topic: this.topic(will.topic),
        payload: Buffer.from(will.payload),
        qos: will.qos,
        retain: will.retain,
      },
    });
    this.client = client;
    this.sessionId = sessionId;
    const lose = (): void => this.lose(client);
    client.on('error', (error) => {
      this.listener.note('mqtt-failed', { reason: error.message });
      lose();
    });
    client.on('close', lose);
    client.on('connect', () => void this.begin(client, sessionId));
    client.handleMessage = (packet, done) => {
      // A retained command was meant for whoever listened then, not for now.
      if (packet.retain) return done();
      const payload = packet.payload;
      this.listener.command(typeof payload === 'string' ? Buffer.from(payload) : payload).then(
        () => done(),
        () => undefined,
      );
    };
  }

  /** Resolves when the broker has it (QoS 1); false when there is no connection to say it on. */
  async publish({ topic, payload, qos, retain }: Publication): Promise<boolean> {
    if (!this.client?.connected) return false;
    try {
      await this.client.publishAsync(this.topic(topic), payload, { qos, retain });
      return true;
    } catch {
      return false;
    }
  }

  /** Says goodbye if the broker is there. */
  async close(): Promise<void> {
    await this.end(async (client) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMs);
      });
      const goodbye = this.publish(connection(this.sessionId, 'offline', Date.now())).then(() =>
        client.endAsync(false),
      );
      await Promise.race([goodbye, late]);
      clearTimeout(timer);
    });
  }

  /** Goes without a word, as when the power is cut: the broker speaks the will. */
  async cut(): Promise<void> {
    await this.end(async (client) => {
      client.stream.destroy();
    });
  }

  private async end(leave: (client: MqttClient) => Promise<void>): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const { client } = this;
    if (!client) return;
    if (client.connected) await leave(client);
    await client.endAsync(true);
  }

  private async begin(client: MqttClient, sessionId: string): Promise<void> {
    try {
      // Listening first: whoever reads "online" may send at once.
      const [granted] = await client.subscribeAsync(this.topic('command'), { qos: 1 });
      if (granted?.qos !== 1) throw new Error('the broker refused the subscription');
      if (client.connected) this.listener.connected(sessionId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.listener.note('subscription-failed', { reason });
      this.lose(client);
    }
  }

  private lose(client: MqttClient): void {
    if (this.client !== client || this.closed) return;
    this.client = null;
    client.end(true);
    this.listener.disconnected();
    this.retry = setTimeout(() => this.open(), retryMs);
  }

  private topic(name: string): string {
    return `creneau/v1/${this.settings.lab}/${this.settings.machine}/${name}`;
  }
}
