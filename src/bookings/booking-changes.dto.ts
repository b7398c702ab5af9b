import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { IsDuration, IsInstant } from '../platform/problems/fields.js';
import { scopes } from './series/scope.js';
import type { Scope } from './series/scope.js';

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

/** How far a change to an occurrence reaches. */
function IsScope(): PropertyDecorator {
  const description =
    'For an occurrence of a series: it alone, as when left out; with the later ones; or all to come';
  return applyDecorators(
    ApiPropertyOptional({ enum: scopes, description }),
    IsOptional(),
    IsIn(scopes),
  );
}

export class ApproveBookingDto {
  @IsScope()
  scope?: Scope;
}

export class RejectBookingDto {
  @ApiProperty()
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  reason: string;

  @IsScope()
  scope?: Scope;
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

  @IsScope()
  scope?: Scope;
}

export class CancelBookingDto extends OverrideDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;

  @IsScope()
  scope?: Scope;
}
