import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../platform/logging/log.js';
import { DomainError } from '../../platform/problems/problem.js';
import type {
  CommandAnswer,
  Delivered,
  FileDelivery,
  OutgoingCommand,
  OutgoingFile,
} from '../drivers/driver.js';
import { whyItFailed } from './controller-wire.js';
import type { ControllerWire } from './controller-wire.js';
import type { KnownMachine } from './machine-directory.js';
import { multipartForm } from './multipart-form.js';

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** With the pauses, about three minutes: a controller that restarts is back by then. */
const attempts = 10;

/** Carries job files to controllers that do not fetch them, from the address the command names. */
export class FileCourier {
  constructor(
    private readonly wire: ControllerWire,
    private readonly log: Log,
  ) {}

  /** Null: given up, by the signal or because the command's time is over. */
  async deliver(
    machine: KnownMachine,
    delivery: FileDelivery<unknown>,
    command: OutgoingCommand,
    signal: AbortSignal,
  ): Promise<CommandAnswer | null> {
    const file = fileOf(command);
    const url = command.args['url'];
    if (!file || typeof url !== 'string') return failed('the command names no file');
    let pauseMs = firstPauseMs;
    for (let attempt = 1; ; attempt += 1) {
      const seconds = (command.expiresAt.getTime() - Date.now()) / 1_000;
      if (seconds <= 0 || signal.aborted) return null;
      const delivered = await this.attempt(machine, delivery, { file, url, seconds, signal });
      if (delivered.is === 'staged') return { status: 'finished', error: null };
      if (delivered.is === 'refused') return failed(delivered.reason);
      this.log.info({ machine: machine.slug, attempt, reason: delivered.reason }, 'file not taken');
      if (attempt === attempts) return failed(delivered.reason);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  private async attempt(
    machine: KnownMachine,
    delivery: FileDelivery<unknown>,
    job: { file: OutgoingFile; url: string; seconds: number; signal: AbortSignal },
  ): Promise<Delivered> {
    const { file } = job;
    try {
      // Ours, hence trusted, wherever it leads.
      const source = await fetch(job.url, { redirect: 'error', signal: job.signal });
      if (source.status !== 200 || !source.body) {
        await source.body?.cancel();
        return { is: 'again', reason: `the file store answered ${source.status}` };
      }
      const upload = delivery.upload(file, machine.config);
      const { headers, body } = multipartForm(upload, file, source.body);
      job.signal.addEventListener('abort', () => body.destroy(), { once: true });
      const answer = await this.wire.send(upload.url, headers, body, job.seconds);
      return delivery.outcome(answer, file);
    } catch (error) {
      const reason = `the file could not be sent (${whyItFailed(error)})`;
      const hopeless = error instanceof DomainError && hopelessCodes.has(error.code);
      return { is: hopeless ? 'refused' : 'again', reason };
    }
  }
}

const hopelessCodes: ReadonlySet<string> = new Set(['outgoing.private', 'outgoing.address']);

function failed(error: string): CommandAnswer {
  return { status: 'failed', error: error.slice(0, 500) };
}

function fileOf({ run, args }: OutgoingCommand): OutgoingFile | null {
  const { sha256, size } = args;
  if (!run || typeof sha256 !== 'string' || typeof size !== 'number') return null;
  return { name: run.file, jobId: run.jobId, size, sha256 };
}
