import type { z } from 'zod';
import { Undecodable } from '../driver.js';

/** @throws Undecodable for what is too large or no JSON */
export function parsedJson(payload: Buffer, maxBytes: number): unknown {
  if (payload.length > maxBytes) throw new Undecodable('the message is too large');
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    throw new Undecodable('the message is not JSON');
  }
}

/** @throws Undecodable, naming the fields and never what is in them */
export function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Undecodable(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
  );
}
