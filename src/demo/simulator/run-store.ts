import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyMemory, memorySchema } from './memory.js';
import type { Memory } from './memory.js';

/** Keeps a machine's memory in one file, always whole: written beside it, then renamed over it. */
export class RunStore {
  private readonly path: string;

  constructor(private readonly folder: string) {
    this.path = join(folder, 'memory.json');
  }

  /** @throws where the file is there but not ours: to forget commands could repeat them. */
  async load(): Promise<Memory> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyMemory;
      throw error;
    }
    return memorySchema.parse(JSON.parse(text));
  }

  async save(memory: Memory): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const next = `${this.path}.next`;
    // The signed address in it is a secret while it is valid.
    await writeFile(next, JSON.stringify(memory), { mode: 0o600, flush: true });
    await rename(next, this.path);
  }
}
