import type { Client } from '../support/client.js';
import type { Answer, Request } from './request.js';
import type { Who } from './world.js';

/** Where the model's machines, members and keys are in the application. */
export interface Places {
  readonly machines: ReadonlyMap<string, string>;
  readonly members: Readonly<Record<Who, string>>;
  readonly clients: Readonly<Record<Who, Client>>;
  readonly projectId: string;
  /** Of entries and wishes, by the model's keys. */
  readonly ids: Map<number, string>;
  /** Of entries as they were seen last. */
  readonly versions: Map<number, number>;
}

export interface Slot {
  readonly machineId: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface Heard extends Answer {
  readonly id: string | null;
  readonly alternatives: readonly Slot[];
  readonly text: string;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const iso = (at: number) => new Date(at).toISOString();
const seconds = (length: number) => `PT${length / 1_000}S`;
const timed = (name: string, at: number | null) => (at === null ? {} : { [name]: iso(at) });

/** The application's own answers to the model's requests. */
export class Wire {
  constructor(readonly places: Places) {}

  async hear(request: Request): Promise<Heard> {
    const answer = await this.call(request.by, this.callOf(request));
    const body = answer.body as {
      id?: string;
      code?: string;
      violations?: { code: string }[];
      alternatives?: Slot[];
    };
    const { code, violations } = body;
    return {
      status: answer.status,
      ...(code === undefined ? {} : { code }),
      ...(code === 'booking.rules'
        ? { violations: (violations ?? []).map((one) => one.code).sort() }
        : {}),
      id: answer.status < 300 ? (body.id ?? null) : null,
      alternatives: body.alternatives ?? [],
      text: JSON.stringify(body),
    };
  }

  async get<T>(by: Who, path: string): Promise<T> {
    const { status, body } = await this.call(by, { method: 'GET', path });
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  private call(by: Who, { method, path, body, headers = {} }: Call) {
    const client = this.places.clients[by];
    switch (method) {
      case 'GET':
        return client.get<unknown>(path);
      case 'POST':
        return client.post<unknown>(path, body);
      case 'PATCH':
        return client.patch<unknown>(path, body, headers);
      case 'DELETE':
        return client.delete<unknown>(path);
    }
  }

  private callOf(request: Request): Call {
    const post = (path: string, body?: object): Call => ({
      method: 'POST',
      path,
      ...(body ? { body } : {}),
    });
    switch (request.ask) {
      case 'place':
        return post('/bookings', this.placing(request));
      case 'change':
        return this.changing(request);
      case 'cancel':
        return post(`/bookings/${this.id(request.key)}/cancel`, overriding(request));
      case 'reject':
        return post(`/bookings/${this.id(request.key)}/reject`, { reason: 'no' });
      case 'end':
        return post(`/bookings/${this.id(request.key)}/end`, {});
      case 'undo':
      case 'approve':
      case 'check-in':
      case 'check-out':
        return post(`/bookings/${this.id(request.key)}/${request.ask}`);
      case 'maintenance':
      case 'outage':
        return post(`/machines/${this.machine(request.machine)}/${request.ask}`, {
          ...timed('startsAt', request.from),
          endsAt: iso(request.to),
          reason: 'out of use',
          displace: request.displace,
        });
      case 'wish':
        return post('/waiting-list', {
          ...(request.machine === null
            ? { machineType: request.type }
            : { machineId: this.machine(request.machine) }),
          from: iso(request.from),
          to: iso(request.to),
          duration: seconds(request.length),
        });
      case 'take':
      case 'decline':
        return post(`/waiting-list/${this.id(request.key)}/${request.ask}`);
      case 'withdraw':
        return { method: 'DELETE', path: `/waiting-list/${this.id(request.key)}` };
    }
  }

  private placing(request: Request & { ask: 'place' }): object {
    const { from, length, asLength, forWhom, purpose, project, machine } = request;
    const end =
      from === null || asLength ? { duration: seconds(length) } : timed('endsAt', from + length);
    return {
      machineId: this.machine(machine),
      ...timed('startsAt', from),
      ...end,
      ...(forWhom === null ? {} : { memberId: this.places.members[forWhom] }),
      ...(purpose === null ? {} : { purpose }),
      ...(project ? { projectId: this.places.projectId } : {}),
      ...overriding(request),
    };
  }

  private changing(request: Request & { ask: 'change' }): Call {
    const { key, from, to, length, purpose, match } = request;
    const version = (this.places.versions.get(key) ?? 1) + (match === 'stale' ? -1 : 0);
    return {
      method: 'PATCH',
      path: `/bookings/${this.id(key)}`,
      headers: match === 'any' ? {} : { 'if-match': `"${version}"` },
      body: {
        ...timed('startsAt', from),
        ...timed('endsAt', to),
        ...(length === null ? {} : { duration: seconds(length) }),
        ...(purpose === null ? {} : { purpose }),
        ...overriding(request),
      },
    };
  }

  private id(key: number): string {
    return found(this.places.ids.get(key), `an id of ${key}`);
  }

  private machine(name: string): string {
    return found(this.places.machines.get(name), name);
  }
}

function overriding({ override, why }: { override: boolean; why: boolean }) {
  return override ? { override, ...(why ? { overrideReason: 'because' } : {}) } : {};
}

export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}
