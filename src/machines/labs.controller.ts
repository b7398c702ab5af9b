import { Body, Controller, Get, Param, Patch, Put } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Repository } from 'typeorm';
import type { Actor } from '../people/actor.js';
import { CurrentActor, StaffOnly } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { IfMatch } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { DomainError } from '../platform/problems/problem.js';
import { LabChangesDto } from './catalogue-changes.dto.js';
import { changeLab, setTypeRules } from './change-lab.js';
import { labClosures } from './closures.js';
import type { LabWideClosure } from './closures.js';
import { Lab } from './lab.entity.js';
import { machineTypes } from './machine-facts.js';
import type { MachineType } from './machine-facts.js';
import { OwnRulesDto } from './machine-rules.dto.js';
import { LabDto, LabPageDto } from './machines.dto.js';
import { rulesFrom, rulesView } from './rules-text.js';

@ApiTags('labs')
@Controller('labs')
export class LabsController {
  constructor(
    @InjectRepository(Lab) private readonly labs: Repository<Lab>,
    private readonly database: Database,
  ) {}

  @Get()
  @ApiOkResponse({ type: LabPageDto })
  async list(): Promise<LabPageDto> {
    const labs = await this.labs.find({ order: { id: 'ASC' } });
    return { items: await this.views(labs), nextCursor: null };
  }

  @Get(':id')
  @ApiOkResponse({ type: LabDto })
  async one(@Id() id: string): Promise<LabDto> {
    const [lab] = await this.views(await this.labs.find({ where: { id } }));
    if (!lab) throw new DomainError('lab.unknown');
    return lab;
  }

  @StaffOnly()
  @Patch(':id')
  @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag that was read' })
  @ApiOkResponse({ type: LabDto })
  async change(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() changes: LabChangesDto,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<LabDto> {
    await changeLab(this.database, actor, id, changes, expected);
    return this.one(id);
  }

  /** What the lab says of all its machines of that type; what is absent is inherited from it. */
  @StaffOnly()
  @Put(':id/machine-types/:machineType/rules')
  @ApiParam({ name: 'machineType', enum: machineTypes })
  @ApiOkResponse({ type: OwnRulesDto })
  async typeRules(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Param('machineType') machineType: MachineType,
    @Body() rules: OwnRulesDto,
  ): Promise<OwnRulesDto> {
    if (!machineTypes.includes(machineType)) throw new DomainError('resource.unknown');
    await setTypeRules(this.database, actor, id, machineType, rules);
    return rulesView(rulesFrom(rules));
  }

  private async views(labs: readonly Lab[]): Promise<LabDto[]> {
    const closures = await labClosures(
      this.database,
      labs.map(({ id }) => id),
    );
    return labs.map((lab) =>
      labView(
        lab,
        closures.filter(({ labId }) => labId === lab.id),
      ),
    );
  }
}

function labView(lab: Lab, closures: readonly LabWideClosure[]): LabDto {
  return {
    id: lab.id,
    slug: lab.slug,
    name: lab.name,
    timeZone: lab.timeZone,
    openingHours: lab.openingHours.map((hours) => ({ ...hours, days: [...hours.days] })),
    closures: closures.map(({ startsAt, endsAt, reason, calendarId }) => ({
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      reason,
      calendarId,
    })),
    ownRules: rulesView(lab.rules),
    version: lab.version,
  };
}
