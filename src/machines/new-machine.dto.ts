import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { controllerSchema } from './machines.dto.js';
import { machineTypes } from './machine-facts.js';
import type { MachineType, StartPolicy } from './machine-facts.js';

export class NewMachineDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  labId: string;

  @ApiProperty({ example: 'prusa-mk4-2', description: 'Names it in MQTT topics' })
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  @MaxLength(60)
  slug: string;

  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiProperty({ enum: machineTypes })
  @IsIn(machineTypes)
  machineType: MachineType;

  @ApiPropertyOptional({ enum: ['remote', 'operator'], default: 'operator' })
  @IsOptional()
  @IsIn(['remote', 'operator'])
  startPolicy?: StartPolicy;

  @ApiPropertyOptional({ format: 'uuid', description: 'A training of its lab, or of every lab' })
  @IsOptional()
  @IsUUID()
  requiredTrainingId?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  materials?: string[];

  @ApiPropertyOptional({ ...controllerSchema, description: 'Left out: native' })
  @IsOptional()
  @IsObject()
  controller?: Record<string, unknown>;
}

/** What the machine signs in to the broker with; shown this once. */
export class MachineCredentialsDto {
  @ApiProperty()
  username: string;
  @ApiProperty()
  secret: string;
  @ApiProperty({ example: 'creneau/v1/museolab/prusa-mk4' })
  topicPrefix: string;
}
