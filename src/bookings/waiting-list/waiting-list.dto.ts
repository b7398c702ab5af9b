import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { machineTypes } from '../../machines/machine-facts.js';
import type { MachineType } from '../../machines/machine-facts.js';
import { PageQuery } from '../../platform/http/listing.js';
import { IsDuration, IsInstant, IsMember } from '../../platform/problems/fields.js';
import { wishStates } from './wish.states.js';
import type { WishState } from './wish.states.js';

export class NewWishDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'That machine; or give machineType' })
  @IsOptional()
  @IsUUID()
  machineId?: string;

  @ApiPropertyOptional({ enum: machineTypes, description: 'Any machine of that type' })
  @IsOptional()
  @IsIn(machineTypes)
  machineType?: MachineType;

  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({ format: 'date-time' })
  @IsInstant()
  to: string;

  @ApiProperty({ example: 'PT45M' })
  @IsDuration()
  duration: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  purpose?: string;
}

export class OfferDto {
  @ApiProperty({ format: 'uuid', description: 'The booking it becomes when it is taken' })
  bookingId: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when nobody else may have it; null once it was taken',
  })
  holdUntil: string | null;
}

export class WishDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  memberId: string;
  @ApiProperty()
  memberName: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  machineId: string | null;
  @ApiProperty({ enum: machineTypes, type: String, nullable: true })
  machineType: MachineType | null;
  @ApiProperty({ format: 'date-time' })
  from: string;
  @ApiProperty({ format: 'date-time' })
  to: string;
  @ApiProperty({ example: 'PT45M' })
  duration: string;
  @ApiProperty({ type: String, nullable: true })
  purpose: string | null;
  @ApiProperty({ enum: [...wishStates, 'over'], description: '"over": nothing came free in time' })
  state: WishState | 'over';
  @ApiProperty({ type: OfferDto, nullable: true })
  offer: OfferDto | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class WishPageDto {
  @ApiProperty({ type: [WishDto] })
  items: WishDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class WishesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'A member, or "me"; staff see all otherwise' })
  @IsOptional()
  @IsMember()
  memberId?: string;

  @ApiPropertyOptional({ enum: wishStates, isArray: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',') : value,
  )
  @IsIn(wishStates, { each: true })
  state?: WishState[];
}
