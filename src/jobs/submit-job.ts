import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import { Injectable } from '@nestjs/common';
import { validate, v7 as uuid } from 'uuid';
import { machineTypes } from '../machines/machine-facts.js';
import type { MachineType } from '../machines/machine-facts.js';
import { byMember } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/database.js';
import { announce, enqueue } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import type { Violation } from '../platform/problems/problem.js';
import { FileStore } from './file-store.js';
import type { StoredFile } from './file-store.js';
import { analyseJob } from './jobs.messages.js';
import './jobs.problems.js';
import { recordJobState } from './move-job.js';

interface JobFields {
  machineType: MachineType | null;
  machineId: string | null;
  bookingId: string | null;
  material: string | null;
  copies: number;
  notes: string | null;
}

const maxNameLength = 255;

/** Takes a file in as a stream; the job exists once the whole file does. */
@Injectable()
export class SubmitJob {
  constructor(
    private readonly files: FileStore,
    private readonly database: Database,
  ) {}

  /** @throws request.malformed, job.file_missing, request.too_large, machine.unknown, booking.unknown */
  async submit(
    actor: Actor,
    parts: AsyncIterable<MultipartFile | MultipartValue>,
  ): Promise<string> {
    const texts = new Map<string, string>();
    for await (const part of parts) {
      if (part.type === 'field') {
        texts.set(part.fieldname, String(part.value));
        continue;
      }
      if (part.fieldname !== 'file')
        throw malformed([{ code: 'field.unknown', path: part.fieldname }]);
      const fields = parsedFields(texts);
      const fileId = uuid();
      const stored = await this.files.save(fileId, part.file);
      try {
        if (part.file.truncated) throw new DomainError('request.too_large');
        const name = safeName(part.filename);
        return await this.database.transaction((sql) =>
          create(sql, actor, fields, { id: fileId, name, ...stored }),
        );
      } catch (error) {
        await this.files.remove(fileId);
        throw error;
      }
    }
    throw new DomainError('job.file_missing');
  }
}

async function create(
  sql: Sql,
  actor: Actor,
  fields: JobFields,
  file: StoredFile & { id: string; name: string },
): Promise<string> {
  const place = await placeOf(sql, actor, fields);
  const id = uuid();
  await sql.run('INSERT INTO job_files (id, name, size, sha256) VALUES ($1, $2, $3, $4)', [
    file.id,
    file.name,
    file.size,
    file.sha256,
  ]);
  await sql.run(
    `INSERT INTO jobs (id, lab_id, member_id, file_id, state, machine_type, machine_id, booking_id,
                       material, copies, notes)
     VALUES ($1, $2, $3, $4, 'analysing', $5, $6, $7, $8, $9, $10)`,
    [
      id,
      place.labId,
      actor.id,
      file.id,
      fields.machineType ?? place.machineType,
      place.machineId,
      fields.bookingId,
      fields.material,
      fields.copies,
      fields.notes,
    ],
  );
  await recordJobState(sql, id, 'analysing', byMember(actor), null);
  await enqueue(sql, analyseJob, `job:${id}`, { jobId: id });
  await announce(sql, { type: 'job.analysing', id, labSlug: place.lab, kind: 'job' });
  return id;
}

async function placeOf(sql: Sql, actor: Actor, fields: JobFields) {
  let { machineId } = fields;
  if (fields.bookingId) {
    const booking = await sql.row<{ machineId: string }>(
      `SELECT machine_id AS "machineId" FROM bookings
        WHERE id = $1 AND member_id = $2 AND state IN ('requested', 'confirmed')`,
      [fields.bookingId, actor.id],
    );
    if (!booking) throw new DomainError('booking.unknown');
    machineId = booking.machineId;
  }
  const machine = await sql.row<{ labId: string; lab: string; machineType: MachineType | null }>(
    machineId
      ? `SELECT l.id AS "labId", l.slug AS lab, m.machine_type AS "machineType"
           FROM machines m JOIN labs l ON l.id = m.lab_id WHERE m.id = $1 AND m.retired_at IS NULL`
      : `SELECT id AS "labId", slug AS lab, NULL AS "machineType" FROM labs
          WHERE $1::uuid IS NULL ORDER BY id LIMIT 1`,
    [machineId],
  );
  if (!machine) throw new DomainError(machineId ? 'machine.unknown' : 'lab.unknown');
  return { ...machine, machineId };
}

function parsedFields(texts: ReadonlyMap<string, string>): JobFields {
  const violations: Violation[] = [];
  const known = [
    'machineType',
    'machineId',
    'bookingId',
    'material',
    'copies',
    'notes',
    'projectId',
  ];
  for (const path of texts.keys()) {
    if (!known.includes(path)) violations.push({ code: 'field.unknown', path });
  }
  const text = (path: string, max: number): string | null => {
    const value = texts.get(path)?.trim();
    if (value && value.length > max)
      violations.push({ code: 'field.length', path, message: `≤ ${max}` });
    return value ? value : null;
  };
  const id = (path: string): string | null => {
    const value = text(path, 36);
    if (value !== null && !validate(value)) violations.push({ code: 'field.id', path });
    return value;
  };
  const machineType = text('machineType', 40);
  if (machineType !== null && !isMachineType(machineType)) {
    violations.push({
      code: 'field.choice',
      path: 'machineType',
      message: machineTypes.join(', '),
    });
  }
  const copies = Number(texts.get('copies') ?? '1');
  if (!Number.isInteger(copies) || copies < 1 || copies > 1_000) {
    violations.push({ code: 'field.integer', path: 'copies' });
  }
  const fields = {
    machineType: machineType !== null && isMachineType(machineType) ? machineType : null,
    machineId: id('machineId'),
    bookingId: id('bookingId'),
    material: text('material', 100),
    copies,
    notes: text('notes', 2_000),
  };
  if (violations.length > 0) throw malformed(violations);
  return fields;
}

function isMachineType(value: string): value is MachineType {
  return (machineTypes as readonly string[]).includes(value);
}

function malformed(violations: readonly Violation[]): DomainError {
  return new DomainError('request.malformed', {}, violations);
}

/** For showing only: without folders and control characters. */
function safeName(given: string): string {
  const base = given.split(/[\\/]/).at(-1) ?? '';
  // eslint-disable-next-line no-control-regex
  const clean = base.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  return (clean || 'file').slice(0, maxNameLength);
}
