import { ApiProperty } from '@nestjs/swagger';
import { machineTypes } from './machine-facts.js';
import type { MachineType, StartPolicy } from './machine-facts.js';
import { weekdays } from './opening-hours.rules.js';
import type { Weekday } from './opening-hours.rules.js';

export class OpeningHoursDto {
  @ApiProperty({ enum: weekdays, isArray: true })
  days: Weekday[];
  @ApiProperty({ example: '09:00' })
  opens: string;
  @ApiProperty({ example: '18:00' })
  closes: string;
}

export class ClosureDto {
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
  @ApiProperty()
  reason: string;
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
}

export class LabPageDto {
  @ApiProperty({ type: [LabDto] })
  items: LabDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class WorkAreaDto {
  @ApiProperty({ description: 'mm' })
  x: number;
  @ApiProperty({ description: 'mm' })
  y: number;
  @ApiProperty({ description: 'mm' })
  z: number;
}

export class MachineRulesDto {
  @ApiProperty({ example: 'PT15M' })
  minDuration: string;
  @ApiProperty({ example: 'PT24H' })
  maxDuration: string;
  @ApiProperty({ example: 'PT15M' })
  granularity: string;
  @ApiProperty({ example: 'PT0S' })
  setup: string;
  @ApiProperty({ example: 'PT15M' })
  cleanup: string;
  @ApiProperty({ example: 'PT0S' })
  leadTime: string;
  @ApiProperty({ example: 'PT2160H' })
  horizon: string;
  @ApiProperty({ enum: ['auto', 'manager'] })
  approval: 'auto' | 'manager';
  @ApiProperty({ example: 'PT0S' })
  cancelBefore: string;
  @ApiProperty({ type: Number, nullable: true })
  maxActivePerMember: number | null;
  @ApiProperty({ type: String, nullable: true })
  weeklyQuota: string | null;
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

export class MachineControllerDto {
  @ApiProperty({ example: 'native' })
  driver: string;
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
  @ApiProperty({ type: MachineRulesDto })
  rules: MachineRulesDto;
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
  @ApiProperty({ type: MachineControllerDto })
  controller: MachineControllerDto;
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
