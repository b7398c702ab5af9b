import { argon2Verify, argon2id } from 'hash-wasm';
import { randomBytes } from 'node:crypto';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const cost = { parallelism: 1, iterations: 2, memorySize: 19_456, hashLength: 32 } as const;

export function hashPassword(password: string): Promise<string> {
  return argon2id({ password, salt: randomBytes(16), ...cost, outputType: 'encoded' });
}

let decoy: Promise<string> | null = null;

/** Takes as long for an unknown member as for a wrong password. */
export async function passwordMatches(hash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  const matches = await argon2Verify({ password, hash: hash ?? (await decoy) });
  return matches && hash !== null;
}
