import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Min, ValidateIf } from 'class-validator';
import { IsApproval, IsDuration, IsPositiveDuration } from '../platform/problems/fields.js';

/** Left out or right: these know no null. */
const Given = () => ValidateIf((_, value: unknown) => value !== undefined);

export class AutoUnderDto {
  @ApiProperty({ example: 'PT2H', description: 'Shorter ones need no manager' })
  @IsDuration()
  autoUnder: string;
}

const approvalProperty = {
  oneOf: [
    { type: 'string' as const, enum: ['auto', 'manager'] },
    { $ref: '#/components/schemas/AutoUnderDto' },
  ],
};

@ApiExtraModels(AutoUnderDto)
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
  @ApiProperty(approvalProperty)
  approval: 'auto' | 'manager' | AutoUnderDto;
  @ApiProperty({ example: 'PT0S' })
  cancelBefore: string;
  @ApiProperty({ type: Number, nullable: true })
  maxActivePerMember: number | null;
  @ApiProperty({ type: String, nullable: true })
  weeklyQuota: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'For all that one project has' })
  weeklyQuotaPerProject: string | null;
  @ApiProperty({ example: 'PT10M', description: 'How long freed time is offered to one member' })
  offerHold: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'PT15M',
    description: 'When a slot to which nobody came is given to others; null: never',
  })
  checkInGrace: string | null;
}

/** Some of the rules, as one level says them; null where a rule knows no limit. */
@ApiExtraModels(AutoUnderDto)
export class OwnRulesDto {
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsPositiveDuration()
  minDuration?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsPositiveDuration()
  maxDuration?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsPositiveDuration()
  granularity?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  setup?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  cleanup?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  leadTime?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  horizon?: string;
  @ApiPropertyOptional(approvalProperty)
  @Given()
  @IsApproval()
  approval?: 'auto' | 'manager' | AutoUnderDto;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  cancelBefore?: string;
  @ApiPropertyOptional({ example: 'PT15M' })
  @Given()
  @IsDuration()
  offerHold?: string;
  @ApiPropertyOptional({ type: Number, nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  maxActivePerMember?: number | null;
  @ApiPropertyOptional({ type: String, nullable: true, example: 'PT4H' })
  @IsOptional()
  @IsDuration()
  weeklyQuota?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true, example: 'PT4H' })
  @IsOptional()
  @IsDuration()
  weeklyQuotaPerProject?: string | null;
  @ApiPropertyOptional({ type: String, nullable: true, example: 'PT4H' })
  @IsOptional()
  @IsDuration()
  checkInGrace?: string | null;
}
