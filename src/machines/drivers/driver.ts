import type { z } from 'zod';

/**
 * What a controller family must tell and do: data and pure functions. Everything else
 * (connections, sessions, storage, gates) is ours and the same for all. `docs/drivers.md` tells
 * how to write one.
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
      /** Null: the family knows no sessions. */
      readonly sessionId: string | null;
      readonly state: 'online' | 'offline' | 'lost';
    }
  | {
      readonly kind: 'state';
      /** The session the sequence number belongs to; null: the one that is open. */
      readonly sessionId: string | null;
      /** Null: the family does not count; what comes later is newer. */
      readonly seq: number | null;
      readonly state: RunState;
      /** The start that began the run it speaks of; null: no run, or none of ours. */
      readonly commandId: string | null;
      readonly jobId: string | null;
      /** 0 to 1; 1 only once the run was finished. */
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
  | ({ readonly kind: 'ack'; readonly commandId: string } & CommandAnswer)
  | { readonly kind: 'factsheet'; readonly capabilities: readonly string[] };

/** What a machine made of a command. */
export interface CommandAnswer {
  readonly status: 'accepted' | 'rejected' | 'finished' | 'failed';
  /** A text for people. */
  readonly error: string | null;
}

export interface OutgoingCommand {
  readonly commandId: string;
  readonly type: CommandType;
  readonly jobId: string | null;
  /** The run it serves; null for a command that serves none. */
  readonly run: Run | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A run that a machine is told to begin. */
export interface Run {
  /** The job's file by the name that it has on the controller: never given twice. */
  readonly file: string;
  readonly jobId: string;
}

export interface StartedRun extends Run {
  /** The start that was sent. */
  readonly commandId: string;
}

/** By MQTT; the topic is below the machine's prefix. */
export interface Publication {
  readonly via: 'mqtt';
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
}

/** By HTTP, to the controller. Redirects are not followed. */
export interface HttpRequest {
  readonly via: 'http';
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export type Deed = Publication | HttpRequest;

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** The command must not be sent; the reason is for people. */
export interface Refusal {
  readonly refuse: string;
}

export interface Decoded<State> {
  readonly reports: readonly Report[];
  readonly next: State;
}

export class Undecodable extends Error {}

/** How long a machine may be silent, in milliseconds, until that means something. */
export interface Patience {
  readonly staleAfterMs: number;
  readonly offlineAfterMs: number;
}

export interface TopicFilter {
  /** Below the machine's prefix. */
  readonly filter: string;
  readonly qos: 0 | 1;
}

/**
 * One controller family. `Config` is what staff say of one machine, `State` what must be
 * remembered of it between messages: an immutable value that the gateway keeps.
 */
export interface Driver<Config = unknown, State = unknown> {
  readonly family: string;
  readonly capabilities: readonly CommandType[];

  readonly config: z.ZodType<Config>;
  /** Properties of `config` that can be written and never read. */
  readonly secrets: readonly string[];
  /** The first level of the machine's topics; null: it speaks below `creneau/v1/{lab}/{machine}`. */
  prefixOf(config: Config): string | null;
  readonly subscriptions: readonly TopicFilter[];
  /** What the controller itself listens to, below its prefix. */
  readonly listensTo: readonly string[];
  readonly patience: Patience;

  readonly initial: State;
  /**
   * @param topic below the machine's prefix
   * @throws Undecodable for what is malformed, oversized or foreign; nothing has changed then
   */
  decode(topic: string, payload: Buffer, previous: State): Decoded<State>;
  /** Learns which run the machine was told to begin; null: none that anybody still waits for. */
  expect(run: StartedRun | null, previous: State): Decoded<State>;
  encode(
    command: OutgoingCommand,
    context: { readonly config: Config; readonly state: State },
  ): readonly Deed[] | Refusal;

  /** What to ask when contact begins, and again and again: for the whole, where messages may be lost. */
  readonly enquiry: {
    readonly everyMs: number;
    of(config: Config): readonly Deed[];
  } | null;
  /** For families that answer by HTTP. */
  readonly http: HttpDialect<State> | null;
  /** For families that do not fetch their file themselves. */
  readonly delivery: FileDelivery<Config> | null;
}

export interface HttpDialect<State> {
  /** The answer to an enquiry. @throws Undecodable */
  heard(answer: HttpAnswer, previous: State): Decoded<State>;
  /** The answer to a command; null: it says nothing, and the machine's reports must. */
  answered(type: CommandType, answer: HttpAnswer): CommandAnswer | null;
}

export interface OutgoingFile {
  readonly name: string;
  readonly jobId: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** One multipart form with one file in it. */
export interface Upload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent before the file. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly fileField: string;
}

/** What came of sending a file. `again`: it may be tried once more. */
export type Delivered =
  | { readonly is: 'staged' }
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'again'; readonly reason: string };

export interface FileDelivery<Config> {
  upload(file: OutgoingFile, config: Config): Upload;
  outcome(answer: HttpAnswer, file: OutgoingFile): Delivered;
}

/**
 * The name of a job's file on a controller that only knows files. The end of the dispatch's id
 * tells two attempts at one job apart.
 */
export function runFile(jobId: string, dispatchId: string): string {
  return `job-${jobId}-${dispatchId.slice(-12)}.gcode`;
}
