import { connect } from 'mqtt';
import type { IClientPublishOptions, MqttClient } from 'mqtt';
import type { Log } from '../logging/log.js';

export type MessageListener = (topic: string, payload: Buffer, retained: boolean) => void;

interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
  readonly pattern: RegExp;
  readonly listener: MessageListener;
  /** Whether all goes on where the broker refuses it. */
  readonly optional: boolean;
}

/** Each costs a few dozen bytes of one packet. */
const filtersAtOnce = 100;

/**
 * One connection to the broker for the whole process. MQTT 3.1.1, since the embedded broker
 * speaks no other; no shared subscriptions for the same reason.
 */
export class MqttLink {
  private client: MqttClient | null = null;
  private listening = false;
  /** By the first level of their filter: a message need not be tried on those of others. */
  private readonly subscriptions = new Map<string, Subscription[]>();
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

  /**
   * Messages that match the filter, whose first level is no wildcard; survives reconnection.
   * Listeners must return at once. Gives what ends it.
   */
  async subscribe(
    filter: string,
    qos: 0 | 1,
    listener: MessageListener,
    { optional = false } = {},
  ): Promise<() => Promise<void>> {
    const root = rootOf(filter);
    const subscription = { filter, qos, pattern: patternOf(filter), listener, optional };
    this.subscriptions.set(root, [...(this.subscriptions.get(root) ?? []), subscription]);
    if (this.client?.connected) await this.listenTo(this.client, [subscription]);
    return async () => {
      const others = (this.subscriptions.get(root) ?? []).filter((one) => one !== subscription);
      if (others.length > 0) this.subscriptions.set(root, others);
      else this.subscriptions.delete(root);
      if (others.some((one) => one.filter === filter)) return;
      if (this.client?.connected) await this.client.unsubscribeAsync(filter);
    };
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
      const wanted = [...this.subscriptions.values()].flat();
      for (let first = 0; first < wanted.length; first += filtersAtOnce) {
        if (this.client)
          await this.listenTo(this.client, wanted.slice(first, first + filtersAtOnce));
      }
      this.listening = true;
      this.connectListeners.forEach((listener) => listener());
    } catch (error) {
      this.log.warn({ err: error }, 'MQTT subscription failed');
    }
  }

  private async listenTo(client: MqttClient, wanted: readonly Subscription[]): Promise<void> {
    try {
      const filters = Object.fromEntries(wanted.map(({ filter, qos }) => [filter, { qos }]));
      await client.subscribeAsync(filters);
    } catch (error) {
      const [only] = wanted;
      if (!client.connected || !only) throw error;
      if (wanted.length > 1) {
        // Which one was refused, the broker only says for one at a time.
        for (const one of wanted) await this.listenTo(client, [one]);
        return;
      }
      if (!only.optional) throw error;
      this.log.warn({ err: error, filter: only.filter }, 'the broker lets us not listen here');
    }
  }

  private deliver(topic: string, payload: Buffer, retained: boolean): void {
    for (const { pattern, listener } of this.subscriptions.get(rootOf(topic)) ?? []) {
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

function rootOf(topic: string): string {
  const end = topic.indexOf('/');
  return end < 0 ? topic : topic.slice(0, end);
}

function patternOf(filter: string): RegExp {
  const levels = filter.split('/').map((level) => {
    if (level === '+') return '[^/]+';
    if (level === '#') return '.*';
    return level.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${levels.join('/').replace(/\/\.\*$/, '(/.*)?')}$`);
}
