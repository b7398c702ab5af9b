import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { page } from '../platform/http/listing.js';
import { AuditPageDto, AuditQuery } from './audit.dto.js';
import { StaffOnly } from './session.guard.js';

interface Row {
  id: string;
  at: Date;
  action: string;
  kind: 'member' | 'machine' | 'system';
  actorId: string | null;
  name: string | null;
  subjectKind: string;
  subjectId: string;
  reason: string | null;
  facts: Record<string, unknown>;
}

/** Who did what to what, and why: newest first; it is only ever added to. */
@ApiTags('audit')
@StaffOnly()
@Controller('audit')
export class AuditController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOkResponse({ type: AuditPageDto })
  async list(@Query() query: AuditQuery): Promise<AuditPageDto> {
    const { limit = 50, subject, actor, from, to, after } = query;
    const rows = await this.database.rows<Row>(
      `SELECT a.id, a.at, a.action, a.actor_kind AS kind, a.actor_id AS "actorId", p.name,
              a.subject_kind AS "subjectKind", a.subject_id AS "subjectId", a.reason, a.facts
         FROM audit a LEFT JOIN members p ON a.actor_kind = 'member' AND p.id = a.actor_id
        WHERE ($1::uuid IS NULL OR a.subject_id = $1) AND ($2::uuid IS NULL OR a.actor_id = $2)
          AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
          AND ($5::bigint IS NULL OR a.id < $5)
        ORDER BY a.id DESC LIMIT $6`,
      [subject ?? null, actor ?? null, from ?? null, to ?? null, after ?? null, limit + 1],
    );
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return {
      items: items.map(({ id, at, action, kind, actorId, name, reason, facts, ...row }) => ({
        id,
        at: at.toISOString(),
        action,
        by: { kind, id: actorId, name },
        subject: { kind: row.subjectKind, id: row.subjectId },
        reason,
        facts,
      })),
      nextCursor,
    };
  }
}
