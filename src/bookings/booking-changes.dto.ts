import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsDuration, IsInstant } from '../platform/problems/fields.js';

export class OverrideDto {
  @ApiPropertyOptional({ description: 'Against the overridable rules; staff only' })
  @IsOptional()
  @IsBoolean()
  override?: boolean;

  @ApiPropertyOptional({ description: 'Needed with override; audited' })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  overrideReason?: string;
}

export class ChangeBookingDto extends OverrideDto {
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Alone, it moves the booking, which keeps its length',
  })
  @IsOptional()
  @IsInstant()
  startsAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsInstant()
  endsAt?: string;

  @ApiPropertyOptional({ example: 'PT45M', description: 'Instead of endsAt' })
  @IsOptional()
  @IsDuration()
  duration?: string;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  purpose?: string | null;
}

export class CancelBookingDto extends OverrideDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}
