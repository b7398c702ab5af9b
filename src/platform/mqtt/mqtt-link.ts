import { connect } from 'mqtt';
import type { IClientPublishOptions, MqttClient } from 'mqtt';
import type { Log } from '../logging/log.js';

export type MessageListener = (topic: string, payload: Buffer, retained: boolean) => void;

interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
  readonly pattern: RegExp;
  readonly listener: MessageListener;
}

/**
 * One connection to the broker for the whole process. MQTT 3.1.1, since the embedded broker
 * speaks no other; no shared subscriptions for the same reason.
 */
export class MqttLink {
  private client: MqttClient | null = null;
  private listening = false;
  private readonly subscriptions: Subscription[] = [];
  private readonly connectListeners: (() => void)[] = [];

  constructor(
    private readonly url: string,
    private readonly clientId: string,
    private readonly log: Log,
  ) {}

  /** Not before the subscriptions stand: the answer to what is said earlier would be missed. */
  get connected(): boolean {
    return this.listening && (this.client?.connected ?? false);
  }

  /** Begins to connect and keeps at it; nobody waits for a broker that is away. */
  open(): void {
    if (this.client) return;
    const client = connect(this.url, {
      protocolVersion: 4,
      clientId: this.clientId,
      clean: true,
      keepalive: 15,
      reconnectPeriod: 1_000,
      resubscribe: false,
      // A stale command or state must not be sent after an outage: what still holds is sent anew.
      queueQoSZero: false,
    });
    this.client = client;
    client.on('error', (error) => this.log.warn({ reason: error.message }, 'MQTT'));
    client.on('message', (topic, payload, packet) => this.deliver(topic, payload, packet.retain));
    client.on('connect', () => void this.onConnected());
    client.on('close', () => {
      this.log.debug('MQTT connection closed');
      this.listening = false;
      forgetUnconfirmed(client);
    });
  }

  /** Messages that match the filter; survives reconnection. Listeners must return at once. */
  async subscribe(filter: string, qos: 0 | 1, listener: MessageListener): Promise<void> {
    this.subscriptions.push({ filter, qos, pattern: patternOf(filter), listener });
    if (this.client?.connected) await this.client.subscribeAsync(filter, { qos });
  }

  /** Called on each new connection, after the subscriptions stand. */
  onConnect(listener: () => void): void {
    this.connectListeners.push(listener);
    if (this.connected) listener();
  }

  /** Resolves when the broker has taken the message (QoS 1) or it was written (QoS 0). */
  async publish(
    topic: string,
    payload: string | Buffer,
    options: IClientPublishOptions,
  ): Promise<void> {
    if (!this.client?.connected) throw new Error('there is no connection to the MQTT broker');
    await this.client.publishAsync(topic, payload, options);
  }

  async close(): Promise<void> {
    await this.client?.endAsync(false);
    this.client = null;
  }

  private async onConnected(): Promise<void> {
    try {
      for (const { filter, qos } of this.subscriptions) {
        await this.client?.subscribeAsync(filter, { qos });
      }
      this.listening = true;
      this.connectListeners.forEach((listener) => listener());
    } catch (error) {
      this.log.warn({ err: error }, 'MQTT subscription failed');
    }
  }

  private deliver(topic: string, payload: Buffer, retained: boolean): void {
    for (const { pattern, listener } of this.subscriptions) {
      if (!pattern.test(topic)) continue;
      try {
        listener(topic, payload, retained);
      } catch (error) {
        this.log.error({ err: error, topic }, 'MQTT listener failed');
      }
    }
  }
}

// mqtt.js would say again, after any outage, what the broker has not confirmed: a command would
// come late. Whoever published hears of the failure instead, and knows whether to say it anew.
function forgetUnconfirmed(client: MqttClient): void {
  for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
}

function patternOf(filter: string): RegExp {
  const levels = filter.split('/').map((level) => {
    if (level === '+') return '[^/]+';
    if (level === '#') return '.*';
    return level.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${levels.join('/').replace(/\/\.\*$/, '(/.*)?')}$`);
}
