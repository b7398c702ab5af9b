import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface StoredFile {
  readonly size: number;
  readonly sha256: string;
}

/** Job files on disk under their id; a file appears whole and synced, or not at all. */
export class FileStore {
  constructor(private readonly folder: string) {}

  /** Streams the content in; what is cut off or refused leaves nothing behind. */
  async save(id: string, content: Readable): Promise<StoredFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const partial = `${this.pathOf(id)}.part`;
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    try {
      await pipeline(content, measure, createWriteStream(partial, { mode: 0o600 }));
      const handle = await open(partial, 'r');
      await handle.sync();
      await handle.close();
      await rename(partial, this.pathOf(id));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return { size, sha256: hash.digest('hex') };
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  read(id: string): Readable {
    return createReadStream(this.pathOf(id));
  }

  /** Ids are ours; a member's file name is never part of a path. */
  pathOf(id: string): string {
    return join(this.folder, id);
  }
}
