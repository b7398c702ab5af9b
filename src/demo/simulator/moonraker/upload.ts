import multipart from '@fastify/multipart';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';

export interface UploadRules {
  /** Null: whoever is in the network is trusted. */
  readonly apiKey: string | null;
  readonly maxBytes: number;
  /** Which file may not be overwritten now. */
  busyWith(): string | null;
  keep(name: string, content: Buffer): void;
  /** Whether to answer at all. */
  silent(): boolean;
}

/** `POST /server/files/upload`, as Moonraker answers it. */
export async function uploadServer(rules: UploadRules): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(multipart, { limits: { fileSize: rules.maxBytes, files: 1 } });
  const wrong = (code: number, message: string) => ({ error: { code, message, traceback: '' } });

  app.addHook('onRequest', async (request, reply) => {
    if (rules.silent()) {
      // A host that is gone: the line is open and nobody speaks.
      reply.hijack();
      return;
    }
    if (rules.apiKey !== null && request.headers['x-api-key'] !== rules.apiKey)
      return reply.code(401).send(wrong(401, 'Unauthorized'));
  });

  app.post('/server/files/upload', async (request, reply) => {
    const fields = new Map<string, string>();
    let file: { name: string; content: Buffer } | null = null;
    for await (const part of request.parts()) {
      if (part.type === 'file') file = { name: part.filename, content: await part.toBuffer() };
      else if (typeof part.value === 'string') fields.set(part.fieldname, part.value);
    }
    if (!file) return reply.code(400).send(wrong(400, 'No file in the request'));
    if (fields.get('root') !== 'gcodes') return reply.code(400).send(wrong(400, 'Unknown root'));
    if (rules.busyWith() === file.name)
      return reply.code(403).send(wrong(403, 'File is loaded, upload not permitted'));
    const sum = fields.get('checksum');
    if (sum !== undefined && sum !== createHash('sha256').update(file.content).digest('hex'))
      return reply.code(422).send(wrong(422, 'File checksum mismatch'));
    rules.keep(file.name, file.content);
    return reply.code(201).send({
      item: { path: file.name, root: 'gcodes', size: file.content.length },
      print_started: false,
      print_queued: false,
      action: 'create_file',
    });
  });
  return app;
}
