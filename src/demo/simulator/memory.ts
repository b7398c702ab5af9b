import { z } from 'zod';
import type { Run } from './run.js';
import type { Ack } from './reports.js';
import type { FileOrder } from './command.js';

/** What a machine must still know after its power was cut. */
export interface Memory {
  /** Commands seen, oldest first, each with the last word on it. */
  readonly answered: readonly Ack[];
  /** Acknowledgements that the broker has not confirmed. */
  readonly undelivered: readonly Ack[];
  readonly nextAck: number;
  readonly preparing: { commandId: string; jobId: string; order: FileOrder } | null;
  /** The file that is stored and not yet started; seconds as the file counts. */
  readonly prepared: { jobId: string; fileSeconds: number } | null;
  /** The run that goes on, or the last one until the next file is prepared. */
  readonly run: Run | null;
}

export const emptyMemory: Memory = {
  answered: [],
  undelivered: [],
  nextAck: 1,
  preparing: null,
  prepared: null,
  run: null,
};

/** Commands expire within minutes, so nobody repeats one that is 500 commands old. */
const rememberedCommands = 500;

export function answer(
  memory: Memory,
  commandId: string,
  status: Ack['status'],
  error: string | null = null,
): Memory {
  const ack: Ack = { n: memory.nextAck, commandId, status, error };
  const known = memory.answered.some((earlier) => earlier.commandId === commandId);
  const answered = known
    ? memory.answered.map((earlier) => (earlier.commandId === commandId ? ack : earlier))
    : [...memory.answered, ack].slice(-rememberedCommands);
  return { ...memory, answered, ...queued(memory, ack) };
}

/** The last word on a command once more; null when the command was never seen. */
export function repeatedAnswer(memory: Memory, commandId: string): Memory | null {
  const last = memory.answered.find((ack) => ack.commandId === commandId);
  return last ? { ...memory, ...queued(memory, { ...last, n: memory.nextAck }) } : null;
}

export function delivered(memory: Memory, n: number): Memory {
  return { ...memory, undelivered: memory.undelivered.filter((ack) => ack.n !== n) };
}

function queued(memory: Memory, ack: Ack): Pick<Memory, 'undelivered' | 'nextAck'> {
  const undelivered = [...memory.undelivered, ack].slice(-rememberedCommands);
  return { undelivered, nextAck: memory.nextAck + 1 };
}

const milliseconds = z.number();
const ack = z.object({
  n: z.number().int(),
  commandId: z.string(),
  status: z.enum(['accepted', 'rejected', 'finished', 'failed']),
  error: z.string().nullable(),
});

/** Of the file that the memory is kept in. */
export const memorySchema: z.ZodType<Memory> = z.object({
  answered: z.array(ack),
  undelivered: z.array(ack),
  nextAck: z.number().int(),
  preparing: z
    .object({
      commandId: z.string(),
      jobId: z.string(),
      order: z.object({ url: z.string(), sha256: z.string(), size: z.number() }),
    })
    .nullable(),
  prepared: z.object({ jobId: z.string(), fileSeconds: z.number() }).nullable(),
  run: z
    .object({
      commandId: z.string(),
      jobId: z.string(),
      startedAt: milliseconds,
      totalMs: milliseconds,
      pausedMs: milliseconds,
      pausedAt: milliseconds.nullable(),
      endedAt: milliseconds.nullable(),
      outcome: z.enum(['finished', 'cancelled']).nullable(),
    })
    .nullable(),
});
