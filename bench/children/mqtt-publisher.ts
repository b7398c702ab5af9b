import { connect } from 'node:net';
import type { Socket } from 'node:net';

const connectPacket = 0x10;
const publishPacket = 0x30;
const qos1 = 0x02;
const retain = 0x01;
/** CONNACK and PUBACK are four bytes each, and nothing else comes back to a mere publisher. */
const answerBytes = 4;

/**
 * Publishes retained messages of QoS 1 on the bare socket, MQTT 3.1.1: a load generator must cost
 * less than the subscribers it feeds.
 */
export class MqttPublisher {
  private sent = 0;
  private answeredBytes = 0;
  private readonly waiting: Buffer[] = [];
  private failure: Error | null = null;

  private constructor(
    private readonly socket: Socket,
    /** Called whenever the broker has confirmed something. */
    private readonly onConfirmed: () => void,
  ) {
    socket.on('data', (chunk) => {
      this.answeredBytes += chunk.length;
      this.onConfirmed();
    });
    socket.on('error', (error) => (this.failure = error));
    socket.on('close', () => (this.failure ??= new Error('the broker closed the connection')));
  }

  static async open(
    url: string,
    clientId: string,
    onConfirmed: () => void,
  ): Promise<MqttPublisher> {
    const { hostname, port, username, password } = new URL(url);
    const socket = connect(Number(port || 1883), hostname);
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve());
    });
    const flags = 0x02 | (username ? 0x80 : 0) | (password ? 0x40 : 0);
    const fields = [clientId, ...[username, password].filter(Boolean).map(decodeURIComponent)];
    const body = [text('MQTT'), Buffer.from([4, flags, 0, 0]), ...fields.map(text)];
    socket.write(packet(connectPacket, body));
    const [answer] = await new Promise<Buffer[]>((resolve, reject) => {
      socket.once('data', (chunk) => resolve([chunk]));
      socket.once('close', () => reject(new Error('the broker refused the connection')));
    });
    if (answer?.[3] !== 0) throw new Error(`the broker answered ${answer?.toString('hex')}`);
    return new MqttPublisher(socket, onConfirmed);
  }

  get unconfirmed(): number {
    return this.sent - Math.floor(this.answeredBytes / answerBytes);
  }

  /** @throws what ended the connection */
  add(topic: string, payload: string): void {
    if (this.failure) throw this.failure;
    this.sent += 1;
    const id = Buffer.alloc(2);
    id.writeUInt16BE((this.sent % 0xffff) + 1);
    this.waiting.push(
      packet(publishPacket | qos1 | retain, [text(topic), id, Buffer.from(payload)]),
    );
  }

  /** What was added goes out in one write. */
  flush(): void {
    if (this.waiting.length > 0) this.socket.write(Buffer.concat(this.waiting.splice(0)));
  }

  close(): void {
    this.socket.destroy();
  }
}

function packet(head: number, body: readonly Buffer[]): Buffer {
  let length = body.reduce((sum, part) => sum + part.length, 0);
  const lengths: number[] = [];
  do {
    const rest = Math.floor(length / 128);
    lengths.push((length % 128) | (rest > 0 ? 0x80 : 0));
    length = rest;
  } while (length > 0);
  return Buffer.concat([Buffer.from([head, ...lengths]), ...body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
