import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { OutgoingFile, Upload } from '../drivers/driver.js';

export interface Form {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Readable;
}

/**
 * RFC 7578, streamed: the file is never held in memory. A file that is not what it was announced
 * to be ends the stream in an error, so that nothing of it is taken for whole.
 */
export function multipartForm(
  { fields, fileField, headers }: Upload,
  file: OutgoingFile,
  content: AsyncIterable<Uint8Array>,
): Form {
  const boundary = `creneau-${randomUUID()}`;
  const head = Buffer.from(
    [
      ...fields.flatMap(([name, value]) => [
        `--${boundary}`,
        `Content-Disposition: form-data; name="${name}"`,
        '',
        value,
      ]),
      `--${boundary}`,
      `Content-Disposition: form-data; name="${fileField}"; filename="${file.name}"`,
      'Content-Type: application/octet-stream',
      '',
      '',
    ].join('\r\n'),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + file.size + tail.length,
    },
    body: Readable.from(parts(head, checked(content, file), tail), { objectMode: false }),
  };
}

async function* parts(head: Buffer, content: AsyncIterable<Uint8Array>, tail: Buffer) {
  yield head;
  yield* content;
  yield tail;
}

async function* checked(content: AsyncIterable<Uint8Array>, { size, sha256 }: OutgoingFile) {
  const hash = createHash('sha256');
  let bytes = 0;
  // One chunk behind: the last is only let go once the whole is known to be right.
  let held: Uint8Array | null = null;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > size) break;
    hash.update(chunk);
    if (held) yield held;
    held = chunk;
  }
  if (bytes !== size || hash.digest('hex') !== sha256)
    throw new Error('the stored file is not what was submitted');
  if (held) yield held;
}
