import type { FastifyInstance } from 'fastify';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { AddressInfo } from 'node:net';
import { Klipper, KlipperError, changes } from './klipper.js';
import type { PrintState, StatusObjects } from './klipper.js';
import { uploadServer } from './upload.js';

export interface MoonrakerSettings {
  readonly mqttUrl: string;
  readonly username: string;
  readonly password: string;
  /** `instance_name`: the first level of its topics. */
  readonly instance: string;
  /** `publish_split_status`: one retained topic a field. */
  readonly split: boolean;
  readonly apiKey: string | null;
  /** How long any file prints. */
  readonly runMs: number;
}

interface Request {
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly id?: unknown;
}

const everyMs = 250;

/**
 * A printer under Klipper and Moonraker, from the outside: MQTT as its component `mqtt` speaks
 * it, HTTP for files. It has faults to order.
 */
export class MoonrakerSimulator {
  readonly klipper: Klipper;
  /** Every request that came, by method. */
  readonly requests: string[] = [];
  readonly uploads: { name: string; content: Buffer }[] = [];
  private client: MqttClient | null = null;
  private http: FastifyInstance | null = null;
  private timer: NodeJS.Timeout | undefined;
  private said: StatusObjects = {};
  private clock = 8_711;
  private quiet = false;
  private lost = 0;

  constructor(private readonly settings: MoonrakerSettings) {
    this.klipper = new Klipper(settings.runMs);
  }

  /** Where files are uploaded to. */
  get url(): string {
    const { port } = (this.http?.server.address() ?? { port: 0 }) as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The HTTP side alone, so that its address is known. */
  async listen(): Promise<void> {
    this.http = await uploadServer({
      apiKey: this.settings.apiKey,
      maxBytes: 64 * 1024 * 1024,
      busyWith: () => this.klipper.printing,
      keep: (name, content) => {
        this.uploads.push({ name, content });
        this.klipper.keep(name, content.length);
      },
      silent: () => this.quiet,
    });
    await this.http.listen({ port: 0, host: '127.0.0.1' });
  }

  async connect(): Promise<void> {
    const { mqttUrl, username, password, instance } = this.settings;
    const offline = JSON.stringify({ server: 'offline' });
    const will = { topic: `${instance}/moonraker/status`, payload: Buffer.from(offline) };
    this.client = await connectAsync(mqttUrl, {
      protocolVersion: 4,
      clientId: `moonraker-${instance}`,
      clean: true,
      username,
      password,
      reconnectPeriod: 200,
      will: { ...will, qos: 0, retain: true },
    });
    this.client.on('message', (_, payload) => this.receive(payload));
    this.client.on('connect', () => void this.begin());
    await this.begin();
    this.timer = setInterval(() => this.tick(), everyMs);
  }

  /** Without a word to anybody, though the line stays open. */
  silence(quiet: boolean): void {
    this.quiet = quiet;
  }

  /** Loses the next so many messages that it sends at QoS 0. */
  lose(count: number): void {
    this.lost = count;
  }

  /** Has somebody's file lie there since an earlier run, and says so, retained where it is split. */
  leave(filename: string, state: PrintState): void {
    this.klipper.leave(filename, state);
  }

  /** Moonraker is killed; Klipper prints on. */
  async cut(): Promise<void> {
    const { client } = this;
    this.client = null;
    if (!client) return;
    client.options.reconnectPeriod = 0;
    client.stream.destroy();
    await client.endAsync(true);
    clearInterval(this.timer);
    this.timer = setInterval(() => this.klipper.advance(everyMs), everyMs);
  }

  /** And started again. */
  async restart(): Promise<void> {
    clearInterval(this.timer);
    await this.connect();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.client?.endAsync(true);
    this.http?.server.closeAllConnections();
    await this.http?.close();
  }

  private async begin(): Promise<void> {
    const { client } = this;
    if (!client) return;
    await client.subscribeAsync(`${this.settings.instance}/moonraker/api/request`, { qos: 0 });
    this.said = {};
    this.publish('moonraker/status', { server: 'online' }, true);
  }

  private tick(): void {
    this.clock += everyMs / 1_000;
    this.klipper.advance(everyMs);
    const now = this.klipper.status();
    const changed = changes(this.said, now);
    this.said = now;
    if (Object.keys(changed).length === 0) return;
    if (!this.settings.split)
      return this.publish('klipper/status', { eventtime: this.clock, status: changed }, false);
    for (const [object, fields] of Object.entries(changed))
      for (const [field, value] of Object.entries(fields))
        this.publish(`klipper/state/${object}/${field}`, { eventtime: this.clock, value }, true);
  }

  private receive(payload: Buffer): void {
    if (this.quiet) return;
    const { method = '', params = {}, id } = JSON.parse(payload.toString('utf8')) as Request;
    this.requests.push(method);
    try {
      const result = this.obey(method, params);
      this.publish('moonraker/api/response', { jsonrpc: '2.0', result, id }, false);
    } catch (error) {
      if (!(error instanceof KlipperError)) throw error;
      const said = { jsonrpc: '2.0', error: { code: 400, message: error.message }, id };
      this.publish('moonraker/api/response', said, false);
    }
  }

  private obey(method: string, params: Record<string, unknown>): unknown {
    switch (method) {
      case 'printer.objects.query': {
        const wanted = Object.keys(params['objects'] ?? {});
        const all = this.klipper.status();
        const status = Object.fromEntries(
          wanted.flatMap((name) => (name in all ? [[name, all[name]]] : [])),
        );
        return { eventtime: this.clock, status };
      }
      case 'printer.print.start':
        this.klipper.start(String(params['filename']));
        return 'ok';
      case 'printer.print.pause':
        this.klipper.pause();
        return 'ok';
      case 'printer.print.resume':
        this.klipper.resume();
        return 'ok';
      case 'printer.print.cancel':
        this.klipper.cancel();
        return 'ok';
      default:
        throw new KlipperError('Method not found');
    }
  }

  private publish(name: string, message: object, retain: boolean): void {
    const { client } = this;
    if (!client?.connected || this.quiet) return;
    if (this.lost > 0) {
      this.lost -= 1;
      return;
    }
    client.publish(`${this.settings.instance}/${name}`, JSON.stringify(message), {
      qos: 0,
      retain,
    });
  }
}
