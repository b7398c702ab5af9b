import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileOrder } from './command.js';
import { fileSeconds } from './file-seconds.js';
import type { Fetched } from './simulated-machine.js';

const attempts = 3;
const pauseMs = 1_000;
const timeoutMs = 60_000;

/** A reason that may be told; never the address, which is a secret while it is valid. */
class Refused extends Error {}

/** The one file that a machine holds, like the card in a printer. */
export class FileStore {
  constructor(private readonly folder: string) {}

  /** Gets, checks and keeps the file. Tries again only where the network or the server failed. */
  async fetch(order: FileOrder): Promise<Fetched> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.download(order);
        return { ok: true, fileSeconds: await fileSeconds(createReadStream(this.path)) };
      } catch (error) {
        if (error instanceof Refused) return { ok: false, error: error.message };
        if (attempt === attempts) return { ok: false, error: 'the file could not be fetched' };
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  private get path(): string {
    return join(this.folder, 'job.bin');
  }

  private async download({ url, size, sha256 }: FileOrder): Promise<void> {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel();
      throw new Refused(`the file could not be fetched (HTTP ${response.status})`);
    }
    await mkdir(this.folder, { recursive: true });
    const part = `${this.path}.part`;
    try {
      const actual = await written(part, response.body, size);
      if (actual !== sha256) throw new Refused('the file does not have the announced SHA-256');
      await rename(part, this.path);
    } finally {
      await rm(part, { force: true });
    }
  }
}

/** Writes what comes, at most `size` bytes, and gives its SHA-256. */
async function written(
  path: string,
  body: AsyncIterable<Uint8Array>,
  size: number,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > size) throw new Refused('the file is larger than announced');
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  if (bytes < size) throw new Refused('the file is smaller than announced');
  return hash.digest('hex');
}
