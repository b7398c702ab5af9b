import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { PageQuery, page } from '../platform/http/listing.js';
import { StaffOnly } from './session.guard.js';
import { NewTrainingDto, TrainingDto, TrainingPageDto } from './trainings.dto.js';
import { addTraining, listTrainings } from './trainings.js';

@ApiTags('trainings')
@Controller('trainings')
export class TrainingsController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOkResponse({ type: TrainingPageDto })
  async list(@Query() { limit = 50, after }: PageQuery): Promise<TrainingPageDto> {
    const rows = await listTrainings(this.database, after ?? null, limit + 1);
    return page(rows, limit, ({ id }) => id);
  }

  @StaffOnly()
  @Post()
  @ApiCreatedResponse({ type: TrainingDto })
  add(@Body() training: NewTrainingDto): Promise<TrainingDto> {
    return addTraining(this.database, training);
  }
}
