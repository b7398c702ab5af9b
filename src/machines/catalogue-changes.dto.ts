import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type, plainToInstance } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsTimeZone } from '../platform/problems/fields.js';
import type { StartPolicy } from './machine-facts.js';
import { OwnRulesDto } from './machine-rules.dto.js';
import { ClosureDto, OpeningHoursDto, WorkAreaDto, controllerSchema } from './machines.dto.js';

/** Left out or right: these know no null. */
const Given = () => ValidateIf((_, value: unknown) => value !== undefined);

export class LabChangesDto {
  @ApiPropertyOptional()
  @Given()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ example: 'Europe/Paris' })
  @Given()
  @IsTimeZone()
  timeZone?: string;

  @ApiPropertyOptional({ type: [OpeningHoursDto], description: 'All of them' })
  @Given()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => OpeningHoursDto)
  openingHours?: OpeningHoursDto[];

  @ApiPropertyOptional({ type: [ClosureDto], description: 'All but those of outside calendars' })
  @Given()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => ClosureDto)
  closures?: ClosureDto[];

  @ApiPropertyOptional({ type: OwnRulesDto, description: 'All of ownRules' })
  @Given()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnRulesDto)
  rules?: OwnRulesDto;
}

export class MachineChangesDto {
  @ApiPropertyOptional()
  @Given()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({
    nullable: true,
    description: 'All of them; null: the hours of the lab',
    oneOf: [
      { type: 'string', enum: ['around_the_clock'] },
      { type: 'array', items: { $ref: '#/components/schemas/OpeningHoursDto' } },
    ],
  })
  @ValidateIf(
    (_, value: unknown) => value !== undefined && value !== null && value !== 'around_the_clock',
  )
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? plainToInstance(OpeningHoursDto, value) : value,
  )
  openingHours?: OpeningHoursDto[] | 'around_the_clock' | null;

  @ApiPropertyOptional({
    type: [ClosureDto],
    description: 'All that are to come, but those of outside calendars',
  })
  @Given()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => ClosureDto)
  closures?: ClosureDto[];

  @ApiPropertyOptional({ type: OwnRulesDto, description: 'All of ownRules' })
  @Given()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnRulesDto)
  rules?: OwnRulesDto;

  @ApiPropertyOptional({ type: [String] })
  @Given()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  materials?: string[];

  @ApiPropertyOptional({ type: WorkAreaDto, nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => WorkAreaDto)
  workArea?: WorkAreaDto | null;

  @ApiPropertyOptional({
    ...controllerSchema,
    description: 'All of it; secrets left out stay as they are, null takes one away',
  })
  @Given()
  @IsObject()
  controller?: Record<string, unknown>;

  @ApiPropertyOptional({ enum: ['remote', 'operator'] })
  @Given()
  @IsIn(['remote', 'operator'])
  startPolicy?: StartPolicy;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'null: none' })
  @IsOptional()
  @IsUUID()
  requiredTrainingId?: string | null;
}
