import type { Readable } from 'node:stream';
import type { MqttLink } from '../../platform/mqtt/mqtt-link.js';
import type { Outgoing } from '../../platform/outgoing/outgoing.js';
import { DomainError } from '../../platform/problems/problem.js';
import type { HttpAnswer, HttpRequest, Publication } from '../drivers/driver.js';
import type { KnownMachine } from './machine-directory.js';

/** What a controller has to say is short; it need not be more patient than its own timeouts. */
const maxAnswerBytes = 256 * 1024;
const askSeconds = 10;

/** What surely was never sent. */
const neverLeft: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The ways to a controller: the broker, and HTTP in the networks around us. */
export class ControllerWire {
  constructor(
    private readonly mqtt: MqttLink,
    private readonly nearby: Outgoing,
  ) {}

  get connected(): boolean {
    return this.mqtt.connected;
  }

  /** Never retained: a command is for whoever listens now. */
  async publish(machine: KnownMachine, { topic, payload, qos }: Publication): Promise<void> {
    await this.mqtt.publish(`${machine.prefix}/${topic}`, payload, { qos, retain: false });
  }

  ask({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
    return this.nearby.exchange({
      method,
      url,
      headers: {
        ...headers,
        ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      body,
      maxBytes: maxAnswerBytes,
      maxSeconds: askSeconds,
    });
  }

  send(
    url: string,
    headers: Readonly<Record<string, string | number>>,
    body: Readable,
    maxSeconds: number,
  ): Promise<HttpAnswer> {
    return this.nearby.exchange({
      method: 'POST',
      url,
      headers,
      body,
      maxBytes: maxAnswerBytes,
      maxSeconds,
    });
  }
}

/** Whether a failed request did not even reach the controller, so that it may be made anew. */
export function surelyNeverLeft(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  if (error.code === 'outgoing.private' || error.code === 'outgoing.address') return true;
  return error.code === 'outgoing.unreachable' && neverLeft.has(error.facts['reason']);
}

/** The network's own word for it, fit to be shown: no address, no content. */
export function whyItFailed(error: unknown): string {
  if (!(error instanceof DomainError)) return error instanceof Error ? error.message : 'unknown';
  const { reason } = error.facts;
  return typeof reason === 'string' ? reason : error.code;
}
