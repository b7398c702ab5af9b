import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
} from 'class-validator';
import { PageQuery } from '../platform/http/listing.js';
import { locales, memberRoles } from './member.entity.js';
import type { Locale, MemberRole } from './member.entity.js';

export class SignInDto {
  @ApiProperty({ example: 'entrepreneur@demo.creneau.local' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(320)
  email: string;

  @ApiProperty({ format: 'password' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password: string;
}

export class MemberDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  email: string;
  @ApiProperty({ enum: memberRoles })
  role: MemberRole;
  @ApiProperty({ enum: locales })
  locale: Locale;
}

export class SessionDto {
  @ApiProperty({ type: MemberDto })
  member: MemberDto;
}

export class NewMemberDto {
  @ApiProperty()
  @IsEmail()
  @MaxLength(320)
  email: string;

  @ApiProperty()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiProperty({ format: 'password', minLength: 8 })
  @IsString()
  @MinLength(8)
  @MaxLength(1024)
  password: string;

  @ApiPropertyOptional({ enum: memberRoles, default: 'member' })
  @IsOptional()
  @IsIn(memberRoles)
  role?: MemberRole;

  @ApiPropertyOptional({ enum: locales, default: 'fr' })
  @IsOptional()
  @IsIn(locales)
  locale?: Locale;
}

export class MemberPageDto {
  @ApiProperty({ type: [MemberDto] })
  items: MemberDto[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class MembersQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Part of a name or an address; accents and case do not matter',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;
}
