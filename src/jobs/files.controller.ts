import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IsNumberString, IsString, MaxLength } from 'class-validator';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { Public } from '../platform/http/public.js';
import { DomainError } from '../platform/problems/problem.js';
import { FileStore } from './file-store.js';
import { SignedFiles } from './signed-files.js';

class SignatureQuery {
  @IsNumberString()
  @MaxLength(12)
  expires: string;

  @IsString()
  @MaxLength(100)
  signature: string;
}

/** Where machines fetch their files: signed and expiring, no session needed. */
@ApiExcludeController()
@Controller('files')
export class FilesController {
  constructor(
    private readonly files: FileStore,
    private readonly signed: SignedFiles,
    private readonly database: Database,
  ) {}

  @Public()
  @Get(':id')
  async fetch(
    @Id() id: string,
    @Query() query: SignatureQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.signed.isValid(id, Number(query.expires), query.signature))
      throw new DomainError('file.expired');
    const file = await this.database.row<{ size: string }>(
      'SELECT size FROM job_files WHERE id = $1',
      [id],
    );
    if (!file) throw new DomainError('resource.unknown');
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', file.size)
      .header('content-disposition', 'attachment')
      .header('cache-control', 'private, no-store')
      .send(this.files.read(id));
  }
}
