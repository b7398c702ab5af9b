import { randomUUID } from 'node:crypto';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { eventually } from './eventually.js';

export interface WireCommand {
  readonly commandId: string;
  readonly type: string;
  readonly jobId: string | null;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly args: { url?: string; sha256?: string; size?: number; commandId?: string };
}

interface Account {
  readonly url: string;
  readonly lab: string;
  readonly slug: string;
  readonly username: string;
  readonly secret: string;
}

export interface Snapshot {
  readonly state: 'idle' | 'running' | 'paused' | 'attention' | 'error';
  readonly seq?: number;
  readonly commandId?: string | null;
  readonly jobId?: string | null;
  readonly progress?: number | null;
  readonly remaining?: number | null;
  readonly error?: string | null;
}

const heartbeatMs = 4_000;

/**
 * A machine of the native contract in the hands of a test: it says and does only what it is
 * told, so that a test may also make it silent, wrong or forgetful.
 */
export class WireMachine {
  readonly commands: WireCommand[] = [];
  readonly sessionId: string = randomUUID();
  private seq = 0;
  private client!: MqttClient;
  private heartbeat: NodeJS.Timeout | undefined;

  private constructor(private readonly account: Account) {}

  /** Online, and idle by its own word unless it has more to say. */
  static async online(
    account: Account,
    snapshot: Snapshot = { state: 'idle' },
  ): Promise<WireMachine> {
    const machine = new WireMachine(account);
    await machine.connect();
    await machine.say(snapshot);
    machine.heartbeat = setInterval(() => void machine.breathe(), heartbeatMs);
    return machine;
  }

  /** The next command of that type that was not taken yet. */
  async command(type: string): Promise<WireCommand> {
    return eventually(() => {
      const index = this.commands.findIndex((command) => command.type === type);
      const [command] = index < 0 ? [] : this.commands.splice(index, 1);
      if (!command) throw new Error(`no ${type} has come`);
      return command;
    });
  }

  async acknowledge(
    command: WireCommand,
    status: 'accepted' | 'rejected' | 'finished' | 'failed',
    error?: string,
  ): Promise<void> {
    await this.publish('ack', { commandId: command.commandId, status, error }, false);
  }

  /** A full snapshot; `seq` rises by itself unless it is given. */
  async say(snapshot: Snapshot): Promise<void> {
    this.seq = snapshot.seq ?? this.seq + 1;
    await this.publish(
      'state',
      {
        sessionId: this.sessionId,
        seq: this.seq,
        at: new Date().toISOString(),
        commandId: null,
        jobId: null,
        progress: null,
        remaining: null,
        error: null,
        ...snapshot,
      },
      true,
    );
  }

  /** Says that the run of that command goes on, or has ended. */
  async run(
    start: WireCommand,
    progress: number,
    state: 'running' | 'idle' | 'paused' = 'running',
  ) {
    const { commandId, jobId } = start;
    await this.say({
      state,
      commandId,
      jobId,
      progress,
      remaining: Math.round(100 * (1 - progress)),
    });
  }

  async publish(name: string, payload: object | string, retain: boolean): Promise<void> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.client.publishAsync(this.topic(name), text, { qos: 1, retain });
  }

  /** Goes without a word: the broker speaks the will. */
  async cut(): Promise<void> {
    this.hush();
    this.client.options.reconnectPeriod = 0;
    this.client.stream.destroy();
    await this.client.endAsync(true);
  }

  /** No more signs of life but what the test says. */
  hush(): void {
    clearInterval(this.heartbeat);
  }

  async close(): Promise<void> {
    this.hush();
    await this.client.endAsync(true);
  }

  private async connect(): Promise<void> {
    const { url, username, secret } = this.account;
    this.client = await connectAsync(url, {
      protocolVersion: 4,
      clientId: `wire-${this.account.slug}-${this.sessionId}`,
      username,
      password: secret,
      clean: true,
      reconnectPeriod: 100,
      will: {
        topic: this.topic('connection'),
        payload: Buffer.from(
          JSON.stringify({
            sessionId: this.sessionId,
            state: 'lost',
            at: new Date().toISOString(),
          }),
        ),
        qos: 1,
        retain: true,
      },
    });
    this.client.on('message', (_, payload) =>
      this.commands.push(JSON.parse(payload.toString('utf8')) as WireCommand),
    );
    await this.client.subscribeAsync(this.topic('command'), { qos: 1 });
    await this.publish(
      'connection',
      { sessionId: this.sessionId, state: 'online', at: new Date().toISOString() },
      true,
    );
  }

  private async breathe(): Promise<void> {
    if (this.client.connected) await this.client.publishAsync(this.topic('telemetry'), '{}');
  }

  private topic(name: string): string {
    return `creneau/v1/${this.account.lab}/${this.account.slug}/${name}`;
  }
}
