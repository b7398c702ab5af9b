import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { DomainError } from '../platform/problems/problem.js';
import { byMember, isStaff } from './actor.js';
import type { Actor } from './actor.js';
import { certificationsOf, giveCertification, revokeCertification } from './certifications.js';
import type { CertificationRow } from './certifications.js';
import { CurrentActor, StaffOnly } from './session.guard.js';
import {
  CertificationDto,
  CertificationsDto,
  NewCertificationDto,
  RevocationReasonDto,
} from './trainings.dto.js';

@ApiTags('trainings')
@Controller()
export class CertificationsController {
  constructor(private readonly database: Database) {}

  @Get('members/:id/certifications')
  @ApiOkResponse({ type: CertificationsDto })
  async list(@CurrentActor() actor: Actor, @Id() id: string): Promise<CertificationsDto> {
    if (actor.id !== id && !isStaff(actor)) throw new DomainError('member.unknown');
    const rows = await certificationsOf(this.database, id);
    return { items: rows.map(view), nextCursor: null };
  }

  @StaffOnly()
  @Post('members/:id/certifications')
  @ApiCreatedResponse({ type: CertificationDto })
  async give(
    @CurrentActor() actor: Actor,
    @Id() memberId: string,
    @Body() asked: NewCertificationDto,
  ): Promise<CertificationDto> {
    const given = await this.database.transaction((sql) =>
      giveCertification(sql, { ...asked, memberId }, byMember(actor)),
    );
    return view(given);
  }

  @StaffOnly()
  @Post('certifications/:id/revoke')
  @HttpCode(200)
  @ApiOkResponse({ type: CertificationDto })
  async revoke(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { reason }: RevocationReasonDto,
  ): Promise<CertificationDto> {
    const revoked = await this.database.transaction((sql) =>
      revokeCertification(sql, id, byMember(actor), reason),
    );
    return view(revoked);
  }
}

function view(row: CertificationRow): CertificationDto {
  const staff = (id: string | null, name: string | null) => (id === null ? null : { id, name });
  return {
    id: row.id,
    memberId: row.memberId,
    training: { id: row.trainingId, name: row.trainingName },
    validFrom: row.validFrom,
    validUntil: row.validUntil,
    givenBy: staff(row.givenBy, row.givenByName),
    givenAt: row.givenAt.toISOString(),
    revoked: row.revokedAt && {
      at: row.revokedAt.toISOString(),
      by: staff(row.revokedBy, row.revokedByName),
      reason: row.revocationReason ?? '',
    },
  };
}
