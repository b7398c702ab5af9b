import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { machineTypes } from '../machines/machine-facts.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { CurrentActor } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { page } from '../platform/http/listing.js';
import { DomainError, languageOf } from '../platform/problems/problem.js';
import { FileStore } from './file-store.js';
import { JobView, mayReadJob } from './job-view.js';
import type { JobRow } from './job-view.js';
import { JobDto, JobPageDto, JobsQuery } from './jobs.dto.js';
import { SubmitJob } from './submit-job.js';

@ApiTags('jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly submitting: SubmitJob,
    private readonly jobs: JobView,
    private readonly files: FileStore,
    private readonly database: Database,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: {
        machineType: { type: 'string', enum: [...machineTypes] },
        machineId: { type: 'string', format: 'uuid' },
        bookingId: { type: 'string', format: 'uuid' },
        material: { type: 'string' },
        copies: { type: 'integer', minimum: 1 },
        notes: { type: 'string' },
        file: { type: 'string', format: 'binary', description: 'Last, after the other fields' },
      },
    },
  })
  @ApiAcceptedResponse({ type: JobDto })
  async submit(@CurrentActor() actor: Actor, @Req() request: FastifyRequest): Promise<JobDto> {
    if (!request.isMultipart()) throw new DomainError('request.media_type');
    try {
      const id = await this.submitting.submit(actor, request.parts());
      return await this.view(actor, id, request);
    } finally {
      // What nobody reads any more is let go by: it would hold up the connection's next request.
      request.raw.unpipe();
      request.raw.resume();
    }
  }

  @Get()
  @ApiOkResponse({ type: JobPageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: JobsQuery,
    @Req() request: FastifyRequest,
  ): Promise<JobPageDto> {
    const limit = query.limit ?? 50;
    const asked = query.memberId === 'me' ? actor.id : (query.memberId ?? null);
    const rows = await this.jobs.list({
      memberId: isStaff(actor) ? asked : actor.id,
      states: query.state ?? null,
      after: query.after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: await this.jobs.views(items, language(request)), nextCursor };
  }

  @Get(':id')
  @ApiOkResponse({ type: JobDto })
  one(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobDto> {
    return this.view(actor, id, request);
  }

  @Get(':id/thumbnail')
  @ApiOkResponse({ description: 'The image the slicer put into the file' })
  async thumbnail(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.readable(actor, id);
    const image = await this.database.row<{ data: Buffer | null; type: string | null }>(
      `SELECT f.thumbnail AS data, f.thumbnail_type AS type
         FROM jobs j JOIN job_files f ON f.id = j.file_id WHERE j.id = $1`,
      [id],
    );
    if (!image?.data || !image.type) throw new DomainError('resource.unknown');
    await reply
      .header('content-type', image.type)
      .header('cache-control', 'private, max-age=86400, immutable')
      .send(image.data);
  }

  @Get(':id/file')
  @ApiOkResponse({ description: 'The file as it was sent, as an attachment' })
  async file(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const job = await this.readable(actor, id);
    const file = await this.database.row<{ fileId: string }>(
      'SELECT file_id AS "fileId" FROM jobs WHERE id = $1',
      [id],
    );
    if (!file) throw new DomainError('job.unknown');
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', job.fileSize)
      .header(
        'content-disposition',
        `attachment; filename*=UTF-8''${encodeURIComponent(job.fileName)}`,
      )
      .send(this.files.read(file.fileId));
  }

  private async view(actor: Actor, id: string, request: FastifyRequest): Promise<JobDto> {
    return this.jobs.one(await this.readable(actor, id), language(request));
  }

  private async readable(actor: Actor, id: string): Promise<JobRow> {
    const job = await this.jobs.find(id);
    if (!job || !mayReadJob(actor, job)) throw new DomainError('job.unknown');
    return job;
  }
}

export function language(request: FastifyRequest) {
  return languageOf(request.headers['accept-language']);
}
