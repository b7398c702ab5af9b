import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { PageQuery, page } from '../platform/http/listing.js';
import { isStaff } from './actor.js';
import type { Actor } from './actor.js';
import { NewProjectDto, ProjectChangeDto, ProjectDto, ProjectPageDto } from './projects.dto.js';
import { addProject, changeProject, listProjects } from './projects.js';
import type { ProjectRow } from './projects.js';
import { CurrentActor, StaffOnly } from './session.guard.js';

@ApiTags('projects')
@Controller('projects')
export class ProjectsController {
  constructor(private readonly database: Database) {}

  /** Staff see all, members their own. */
  @Get()
  @ApiOkResponse({ type: ProjectPageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() { limit = 50, after }: PageQuery,
  ): Promise<ProjectPageDto> {
    const rows = await listProjects(this.database, {
      memberId: isStaff(actor) ? null : actor.id,
      after: after ?? null,
      limit: limit + 1,
    });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return { items: items.map(view), nextCursor };
  }

  @StaffOnly()
  @Post()
  @ApiCreatedResponse({ type: ProjectDto })
  async add(@Body() asked: NewProjectDto): Promise<ProjectDto> {
    return view(await this.database.transaction((sql) => addProject(sql, asked)));
  }

  @StaffOnly()
  @Patch(':id')
  @ApiOkResponse({ type: ProjectDto })
  async change(@Id() id: string, @Body() change: ProjectChangeDto): Promise<ProjectDto> {
    return view(await this.database.transaction((sql) => changeProject(sql, id, change)));
  }
}

function view({ archivedAt, ...project }: ProjectRow): ProjectDto {
  return { ...project, archived: archivedAt !== null };
}
