import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsIn,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  MaxLength,
  Min,
} from 'class-validator';
import { TrainingNameDto } from '../people/trainings.dto.js';
import { IsInstant, IsWallTime } from '../platform/problems/fields.js';
import { familyNames } from './drivers/registry.js';
import { machineTypes } from './machine-facts.js';
import type { MachineType, StartPolicy } from './machine-facts.js';
import { weekdays } from './opening-hours.rules.js';
import type { Weekday } from './opening-hours.rules.js';
import { MachineRulesDto, OwnRulesDto } from './machine-rules.dto.js';

export class OpeningHoursDto {
  @ApiProperty({ enum: weekdays, isArray: true })
  @ArrayNotEmpty()
  @IsIn(weekdays, { each: true })
  days: Weekday[];
  @ApiProperty({ example: '09:00' })
  @IsWallTime()
  opens: string;
  @ApiProperty({ example: '18:00', description: 'Not after opens: on the next day' })
  @IsWallTime()
  closes: string;
}

export class ClosureDto {
  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  endsAt: string;
  @ApiProperty()
  @IsString()
  @MaxLength(500)
  reason: string;
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The outside calendar that says so, which alone changes it; null: staff do',
  })
  @IsOptional()
  @IsUUID()
  calendarId?: string | null;
}

export class LabDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  slug: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ example: 'Europe/Paris' })
  timeZone: string;
  @ApiProperty({ type: [OpeningHoursDto] })
  openingHours: OpeningHoursDto[];
  @ApiProperty({ type: [ClosureDto] })
  closures: ClosureDto[];
  @ApiProperty({ type: OwnRulesDto, description: 'For all its machines; what is absent is ours' })
  ownRules: OwnRulesDto;
  @ApiProperty({ description: 'Rises with every change; the ETag' })
  version: number;
}

export class LabPageDto {
  @ApiProperty({ type: [LabDto] })
  items: LabDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class WorkAreaDto {
  @ApiProperty({ description: 'mm' })
  @IsPositive()
  x: number;
  @ApiProperty({ description: 'mm' })
  @IsPositive()
  y: number;
  @ApiProperty({ description: 'mm' })
  @Min(0)
  z: number;
}

export class TemperatureDto {
  @ApiProperty({ description: '°C' })
  actual: number;
  @ApiProperty({ type: Number, nullable: true, description: '°C' })
  target: number | null;
}

export class LiveJobDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class LiveDto {
  @ApiProperty({ enum: ['online', 'offline', 'stale'] })
  connection: 'online' | 'offline' | 'stale';
  @ApiProperty({
    enum: ['idle', 'running', 'paused', 'attention', 'error', 'unknown', 'maintenance'],
  })
  state: 'idle' | 'running' | 'paused' | 'attention' | 'error' | 'unknown' | 'maintenance';
  @ApiProperty({ type: LiveJobDto, nullable: true })
  job: LiveJobDto | null;
  @ApiProperty({ type: String, nullable: true })
  commandId: string | null;
  @ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: 1 })
  progress: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'seconds' })
  remaining: number | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { $ref: '#/components/schemas/TemperatureDto' },
  })
  temperatures: Record<string, TemperatureDto> | null;
  @ApiProperty({ type: Number, nullable: true, description: 'W' })
  power: number | null;
  @ApiProperty({ type: String, nullable: true })
  error: string | null;
  @ApiProperty({ format: 'date-time' })
  since: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSeenAt: string | null;
}

/** The family, and what its driver must know: `docs/drivers.md`. */
export const controllerSchema = {
  type: 'object',
  properties: { driver: { type: 'string', enum: [...familyNames] } },
  required: ['driver'],
  additionalProperties: true,
} as const satisfies ApiPropertyOptions;

/** What staff read of a controller; others its family alone. */
export interface ControllerView {
  driver: string;
  /** Names of those that are set. */
  secretsSet?: string[];
  [setting: string]: unknown;
}

export class MachineDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  labId: string;
  @ApiProperty()
  slug: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ enum: machineTypes })
  machineType: MachineType;
  @ApiProperty({ type: WorkAreaDto, nullable: true })
  workArea: WorkAreaDto | null;
  @ApiProperty({ type: [String] })
  materials: string[];
  @ApiProperty({ type: MachineRulesDto, description: 'What holds, inherited or not' })
  rules: MachineRulesDto;
  @ApiProperty({ type: OwnRulesDto, description: 'What differs from its type and its lab' })
  ownRules: OwnRulesDto;
  @ApiProperty({ type: [ClosureDto], description: 'Of this machine alone, to come' })
  closures: ClosureDto[];
  @ApiProperty({ description: 'Rises with every change of these facts; the ETag' })
  version: number;
  @ApiProperty({
    nullable: true,
    description: 'null: the hours of the lab',
    oneOf: [
      { type: 'string', enum: ['around_the_clock'] },
      { type: 'array', items: { $ref: '#/components/schemas/OpeningHoursDto' } },
    ],
  })
  openingHours: OpeningHoursDto[] | 'around_the_clock' | null;
  @ApiProperty({ enum: ['remote', 'operator'] })
  startPolicy: StartPolicy;
  @ApiProperty({
    type: TrainingNameDto,
    nullable: true,
    description: 'Held by a member on every day of a booking',
  })
  requiredTraining: TrainingNameDto | null;
  @ApiProperty({
    ...controllerSchema,
    description: 'Staff read the settings and, in `secretsSet`, which secrets there are',
  })
  controller: ControllerView;
  @ApiProperty({ description: 'Whether the next run may begin: no finished piece lies on the bed' })
  bedClear: boolean;
  @ApiProperty({ type: LiveDto })
  live: LiveDto;
}

export class MachinePageDto {
  @ApiProperty({ type: [MachineDto] })
  items: MachineDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
