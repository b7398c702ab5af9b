import { createReadStream } from 'node:fs';

const chunkBytes = 256 * 1024;
/** No slicer writes longer ones; what is cut here is only counted. */
export const maxLineLength = 4_096;
const newline = 10;

/** Calls back for every line of a file, without ever holding more than a chunk of it. */
export async function eachLine(path: string, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of createReadStream(path, {
    highWaterMark: chunkBytes,
  }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      // Latin-1 keeps every byte one character; what is read of a line is ASCII.
      const piece = chunk.toString('latin1', from, Math.min(end, from + maxLineLength));
      onLine(rest === '' ? piece : (rest + piece).slice(0, maxLineLength));
      rest = '';
      from = end + 1;
    }
    if (from < chunk.length && rest.length < maxLineLength) {
      rest += chunk.toString('latin1', from, Math.min(chunk.length, from + maxLineLength));
    }
  }
  if (rest !== '') onLine(rest.slice(0, maxLineLength));
}
