import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  MinLength,
} from 'class-validator';

const mostMembers = 500;

export class ProjectMemberDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
}

export class ProjectDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  labId: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ description: 'Nothing more is counted on it' })
  archived: boolean;
  @ApiProperty({ type: [ProjectMemberDto] })
  members: ProjectMemberDto[];
}

export class ProjectPageDto {
  @ApiProperty({ type: [ProjectDto] })
  items: ProjectDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class NewProjectDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  labId: string;

  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: [String], format: 'uuid' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostMembers)
  @IsUUID(undefined, { each: true })
  memberIds?: string[];
}

export class ProjectChangeDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  archived?: boolean;

  @ApiPropertyOptional({ type: [String], format: 'uuid', description: 'All of them' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostMembers)
  @IsUUID(undefined, { each: true })
  memberIds?: string[];
}
