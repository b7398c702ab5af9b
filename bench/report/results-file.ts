import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/** Writes what was printed to a file of the repository, in the repository's own form. */
export async function writeResults(file: string, report: string): Promise<void> {
  const preface =
    '# Measured\n\nWritten by `npm run bench -- --write`; what is measured and how is in `bench/README.md`.\n\n';
  const style = await resolveConfig(file);
  await writeFile(file, await format(preface + report, { ...style, filepath: file }));
}
