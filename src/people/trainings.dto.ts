import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { IsCalendarDuration, IsDay } from '../platform/problems/fields.js';

export class TrainingDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: every lab’s' })
  labId: string | null;
  @ApiProperty({ example: 'Sécurité laser' })
  name: string;
  @ApiProperty({ type: String, nullable: true, example: 'P2Y', description: 'null: without end' })
  validFor: string | null;
}

export class TrainingPageDto {
  @ApiProperty({ type: [TrainingDto] })
  items: TrainingDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class NewTrainingDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Left out: good in every lab' })
  @IsOptional()
  @IsUUID()
  labId?: string;

  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ example: 'P2Y', description: 'Left out: without end' })
  @IsOptional()
  @IsCalendarDuration()
  validFor?: string;
}

export class TrainingNameDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
}

export class StaffDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: String, nullable: true })
  name: string | null;
}

export class RevocationDto {
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ type: StaffDto, nullable: true })
  by: StaffDto | null;
  @ApiProperty()
  reason: string;
}

export class CertificationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  memberId: string;
  @ApiProperty({ type: TrainingNameDto })
  training: TrainingNameDto;
  @ApiProperty({ format: 'date', description: 'A day of the lab' })
  validFrom: string;
  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The last day; null: without end',
  })
  validUntil: string | null;
  @ApiProperty({ type: StaffDto, nullable: true })
  givenBy: StaffDto | null;
  @ApiProperty({ format: 'date-time' })
  givenAt: string;
  @ApiProperty({ type: RevocationDto, nullable: true })
  revoked: RevocationDto | null;
}

export class CertificationsDto {
  @ApiProperty({ type: [CertificationDto] })
  items: CertificationDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class NewCertificationDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  trainingId: string;

  @ApiPropertyOptional({ format: 'date', description: 'Left out: today' })
  @IsOptional()
  @IsDay()
  validFrom?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The last day. Left out: as long as the training says; null: without end',
  })
  @IsOptional()
  @IsDay()
  validUntil?: string | null;
}

export class RevocationReasonDto {
  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  reason: string;
}
