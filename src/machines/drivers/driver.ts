/**
 * What a controller family must tell and do: data and two pure functions. Everything else
 * (connections, sessions, storage, gates) is ours and the same for all.
 */
export type CommandType = 'prepare' | 'start' | 'pause' | 'resume' | 'cancel' | 'unlock' | 'lock';

export type RunState = 'idle' | 'running' | 'paused' | 'attention' | 'error';

export interface Temperatures {
  readonly [name: string]: { readonly actual: number; readonly target: number | null };
}

/** What a machine said, in our own words. */
export type Report =
  | {
      readonly kind: 'connection';
      readonly sessionId: string;
      readonly state: 'online' | 'offline' | 'lost';
    }
  | {
      readonly kind: 'state';
      /** The session the sequence number belongs to; null: the one that is open. */
      readonly sessionId: string | null;
      readonly seq: number;
      readonly state: RunState;
      readonly commandId: string | null;
      readonly jobId: string | null;
      /** 0 to 1. */
      readonly progress: number | null;
      /** Seconds. */
      readonly remaining: number | null;
      readonly temperatures: Temperatures | null;
      readonly error: string | null;
    }
  | {
      readonly kind: 'telemetry';
      /** Watt. */
      readonly power: number | null;
      readonly temperatures: Temperatures | null;
    }
  | {
      readonly kind: 'ack';
      readonly commandId: string;
      readonly status: 'accepted' | 'rejected' | 'finished' | 'failed';
      readonly error: string | null;
    }
  | { readonly kind: 'factsheet'; readonly capabilities: readonly string[] };

export interface OutgoingCommand {
  readonly commandId: string;
  readonly type: CommandType;
  readonly jobId: string | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Publication {
  /** Below `creneau/v1/{lab}/{machine}/`. */
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
}

export class Undecodable extends Error {}

export interface Driver {
  readonly family: string;
  /** Topics below the machine's prefix that it speaks on. */
  readonly topics: readonly string[];
  /** @throws Undecodable for what is malformed, oversized or foreign. */
  decode(topic: string, payload: Buffer): readonly Report[];
  encode(command: OutgoingCommand): readonly Publication[];
}
