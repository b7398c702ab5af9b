import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { bookingStates } from '../bookings/booking.states.js';
import type { BookingState } from '../bookings/booking.states.js';
import { ByDto, SlotDto } from '../bookings/bookings.dto.js';
import { machineTypes } from '../machines/machine-facts.js';
import type { MachineType } from '../machines/machine-facts.js';
import { PageQuery } from '../platform/http/listing.js';
import { IsInstant, IsMember } from '../platform/problems/fields.js';
import type { Blocker } from './dispatch.rules.js';
import { jobStates } from './job.states.js';
import type { JobState } from './job.states.js';

export const blockerCodes: readonly Blocker[] = [
  'approval.pending',
  'slot.none',
  'slot.not_open',
  'file.staging',
  'machine.offline',
  'machine.stale',
  'machine.busy',
  'machine.error',
  'bed.not_cleared',
  'operator.start',
];

export class JobFileDto {
  @ApiProperty()
  name: string;
  @ApiProperty({ description: 'bytes' })
  size: number;
  @ApiProperty()
  sha256: string;
  @ApiProperty({ type: String, nullable: true })
  format: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Address of an image' })
  thumbnail: string | null;
}

export class MaterialDto {
  @ApiProperty({ type: String, nullable: true, example: 'PLA' })
  type: string | null;
  @ApiProperty({ type: Number, nullable: true })
  massGrams: number | null;
  @ApiProperty({ type: Number, nullable: true })
  lengthMm: number | null;
  @ApiProperty({ type: Number, nullable: true })
  volumeMm3: number | null;
}

export class EstimateDto {
  @ApiProperty({ example: 'PT1H47M33S' })
  duration: string;
  @ApiProperty({ type: MaterialDto })
  material: MaterialDto;
  @ApiProperty({ enum: ['high', 'medium', 'low'] })
  confidence: 'high' | 'medium' | 'low';
  @ApiProperty({
    enum: ['slicer', 'moves'],
    description: 'Told by the slicer, or worked out from the moves',
  })
  source: 'slicer' | 'moves';
  @ApiProperty({ type: String, nullable: true })
  slicer: string | null;
}

export class CheckDto {
  @ApiProperty()
  code: string;
  @ApiProperty({ enum: ['info', 'warning', 'refusal'] })
  level: 'info' | 'warning' | 'refusal';
  @ApiProperty()
  message: string;
}

export class JobBookingDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ format: 'date-time' })
  startsAt: string;
  @ApiProperty({ format: 'date-time' })
  endsAt: string;
  @ApiProperty({ enum: bookingStates })
  state: BookingState;
}

export class ActualDto {
  @ApiProperty({ format: 'date-time' })
  startedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'PT1H52M10S' })
  duration: string | null;
}

export class DispatchDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  machineId: string;
  @ApiProperty({ enum: ['staging', 'staged', 'starting', 'running', 'ended'] })
  state: 'staging' | 'staged' | 'starting' | 'running' | 'ended';
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  error: string | null;
}

export class JobHistoryDto {
  @ApiProperty({ enum: jobStates })
  state: JobState;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ type: ByDto })
  by: ByDto;
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
}

export class JobDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  memberId: string;
  @ApiProperty()
  memberName: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ enum: jobStates })
  state: JobState;
  @ApiProperty({ enum: machineTypes, nullable: true, type: String })
  machineType: MachineType | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  machineId: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  bookingId: string | null;
  @ApiProperty({ type: JobBookingDto, nullable: true })
  booking: JobBookingDto | null;
  @ApiProperty({ type: JobFileDto })
  file: JobFileDto;
  @ApiProperty({ type: EstimateDto, nullable: true })
  estimate: EstimateDto | null;
  @ApiProperty({ type: [CheckDto] })
  checks: CheckDto[];
  @ApiProperty({ type: String, nullable: true })
  notes: string | null;
  @ApiProperty()
  copies: number;
  @ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: 1 })
  progress: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'seconds, as the machine says' })
  remaining: number | null;
  @ApiProperty({ type: Number, nullable: true, description: '1 is next on its machine' })
  queuePosition: number | null;
  @ApiProperty({ enum: blockerCodes, isArray: true, description: 'Why it does not run yet' })
  blockedBy: Blocker[];
  @ApiProperty({ type: ActualDto, nullable: true })
  actual: ActualDto | null;
  @ApiProperty({ type: [DispatchDto] })
  dispatches: DispatchDto[];
  @ApiProperty({ type: [JobHistoryDto], description: 'Empty in lists' })
  history: JobHistoryDto[];
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class JobPageDto {
  @ApiProperty({ type: [JobDto] })
  items: JobDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class ProposalDto extends SlotDto {
  @ApiProperty()
  machineName: string;
}

export class ProposalsDto {
  @ApiProperty({ type: [ProposalDto] })
  items: ProposalDto[];
}

export class ProposalsQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'Not before; left out: now' })
  @IsOptional()
  @IsInstant()
  from?: string;
}

export class BookJobDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  machineId: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Left out: now' })
  @IsOptional()
  @IsInstant()
  startsAt?: string;
}

export class ResolveDto {
  @ApiProperty({ enum: ['completed', 'failed', 'running'] })
  @IsIn(['completed', 'failed', 'running'])
  outcome: 'completed' | 'failed' | 'running';
}

export class ClearBedDto {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The start command whose piece was taken off',
  })
  @IsOptional()
  @IsUUID()
  commandId?: string;
}

export class JobsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: jobStates,
    isArray: true,
    description: 'One or several, comma-separated',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',') : value,
  )
  @IsIn(jobStates, { each: true })
  state?: JobState[];

  @ApiPropertyOptional({ description: 'A member, or "me"' })
  @IsOptional()
  @IsMember()
  memberId?: string;
}

export class QueueQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  machineId?: string;
}

export class QueueItemDto {
  @ApiProperty({ format: 'uuid' })
  jobId: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  machineId: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  bookingId: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startsAt: string | null;
  @ApiProperty({ enum: jobStates })
  state: JobState;
  @ApiProperty({ type: Number, nullable: true })
  position: number | null;
  @ApiProperty({ enum: blockerCodes, isArray: true })
  blockedBy: Blocker[];
}

export class QueueDto {
  @ApiProperty({ type: [QueueItemDto] })
  items: QueueItemDto[];
}
