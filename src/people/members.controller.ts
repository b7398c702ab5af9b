import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { page } from '../platform/http/listing.js';
import { DomainError } from '../platform/problems/problem.js';
import type { Actor } from './actor.js';
import { addMember, listMembers } from './members.js';
import { MemberDto, MemberPageDto, MembersQuery, NewMemberDto } from './people.dto.js';
import { CurrentActor, StaffOnly } from './session.guard.js';

@ApiTags('members')
@StaffOnly()
@Controller('members')
export class MembersController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOkResponse({ type: MemberPageDto })
  async list(@Query() { search, limit = 50, after }: MembersQuery): Promise<MemberPageDto> {
    const rows = await listMembers(this.database, {
      search: search?.trim() || null,
      after: after ?? null,
      limit: limit + 1,
    });
    return page(rows, limit, ({ id }) => id);
  }

  @Post()
  @ApiCreatedResponse({ type: MemberDto })
  add(@CurrentActor() actor: Actor, @Body() member: NewMemberDto): Promise<MemberDto> {
    const raises = member.role !== undefined && member.role !== 'member';
    // A lab manager makes members; only an administrator makes staff.
    if (raises && actor.role !== 'administrator') throw new DomainError('request.forbidden');
    return addMember(this.database, member);
  }
}
