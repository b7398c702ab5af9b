import { Controller, Get } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Repository } from 'typeorm';
import { Id } from '../platform/http/id.pipe.js';
import { DomainError } from '../platform/problems/problem.js';
import { Lab } from './lab.entity.js';
import { LabDto, LabPageDto } from './machines.dto.js';

@ApiTags('labs')
@Controller('labs')
export class LabsController {
  constructor(@InjectRepository(Lab) private readonly labs: Repository<Lab>) {}

  @Get()
  @ApiOkResponse({ type: LabPageDto })
  async list(): Promise<LabPageDto> {
    const labs = await this.labs.find({ relations: { closures: true }, order: { id: 'ASC' } });
    return { items: labs.map(labView), nextCursor: null };
  }

  @Get(':id')
  @ApiOkResponse({ type: LabDto })
  async one(@Id() id: string): Promise<LabDto> {
    const lab = await this.labs.findOne({ where: { id }, relations: { closures: true } });
    if (!lab) throw new DomainError('lab.unknown');
    return labView(lab);
  }
}

function labView(lab: Lab): LabDto {
  return {
    id: lab.id,
    slug: lab.slug,
    name: lab.name,
    timeZone: lab.timeZone,
    openingHours: lab.openingHours.map((hours) => ({ ...hours, days: [...hours.days] })),
    closures: lab.closures.map(({ startsAt, endsAt, reason }) => ({
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      reason,
    })),
  };
}
