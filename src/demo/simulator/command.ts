import { z } from 'zod';

const maxFileBytes = 1024 ** 3;

const envelope = z.object({
  commandId: z.string().min(1).max(100),
  jobId: z.string().min(1).max(100).nullish(),
  expiresAt: z.iso.datetime({ offset: true }),
});

const order = z.object({
  url: z.url({ protocol: /^https?$/ }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().min(1).max(maxFileBytes),
});

const schema = z.discriminatedUnion('type', [
  envelope.extend({ type: z.literal('prepare'), jobId: z.string().min(1).max(100), args: order }),
  envelope.extend({ type: z.literal('start'), jobId: z.string().min(1).max(100) }),
  envelope.extend({ type: z.enum(['pause', 'resume', 'cancel', 'unlock', 'lock']) }),
]);

const named = z.object({ commandId: envelope.shape.commandId });

export type Command = z.infer<typeof schema>;
/** Where a file is and what it must be: bytes, and SHA-256 in lower-case hexadecimal. */
export type FileOrder = z.infer<typeof order>;

/**
 * `malformed` carries the command's id when at least that can be read, so that whoever sent it
 * gets an answer.
 */
export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'malformed'; readonly commandId: string | null };

const maxPayloadBytes = 64 * 1024;

export function parseCommand(payload: Buffer): ParsedCommand {
  const value = payload.length > maxPayloadBytes ? undefined : parsedJson(payload);
  const command = schema.safeParse(value);
  if (command.success) return { kind: 'command', command: command.data };
  const name = named.safeParse(value);
  return { kind: 'malformed', commandId: name.success ? name.data.commandId : null };
}

function parsedJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
