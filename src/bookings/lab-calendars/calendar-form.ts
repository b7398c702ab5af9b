import type { ArgumentMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/problem.js';
import { validationPipe } from '../../platform/problems/validation.js';
import { importLimits, tooLarge } from '../calendars/calendar-refusal.js';
import { NewCalendarDto, UploadedCalendarDto } from './lab-calendars.dto.js';
import type { NewCalendar } from './import-calendar.js';

type Asked = Omit<NewCalendar, 'labId'>;

const pipe = validationPipe();

/**
 * What is asked for: JSON with an address, or a form with a file. A body of either kind cannot be
 * declared to Nest, so it is checked here by the same rules.
 * @throws request.malformed, calendar.source, calendar.too_large
 */
export async function askedCalendar(request: FastifyRequest): Promise<Asked> {
  if (request.isMultipart()) return fromForm(request);
  if (typeof request.body === 'object' && request.body !== null && !('url' in request.body)) {
    throw new DomainError('calendar.source');
  }
  const { name, machineId, url } = await checked(NewCalendarDto, request.body);
  return { name, machineId: machineId ?? null, source: { url } };
}

async function fromForm(request: FastifyRequest): Promise<Asked> {
  const fields: Record<string, unknown> = {};
  let file: Buffer | null = null;
  try {
    for await (const part of request.parts({ limits: { fileSize: importLimits.bytes } })) {
      if (part.type === 'field') {
        fields[part.fieldname] = part.value;
        continue;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of part.file as AsyncIterable<Buffer>) chunks.push(chunk);
      if (part.file.truncated) throw tooLarge('bytes');
      file = Buffer.concat(chunks);
    }
  } finally {
    // What nobody reads any more is let go by: it would hold up the connection's next request.
    request.raw.unpipe();
    request.raw.resume();
  }
  if (!file) throw new DomainError('calendar.source');
  const { name, machineId } = await checked(UploadedCalendarDto, fields);
  return { name, machineId: machineId ?? null, source: { file } };
}

function checked<T>(type: new () => T, body: unknown): Promise<T> {
  const metadata: ArgumentMetadata = { type: 'body', metatype: type };
  return pipe.transform(body ?? {}, metadata) as Promise<T>;
}
