import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

export const maxPage = 200;

/** Every list: `?limit` (≤ 200) `&after=<cursor>`. What the cursor is depends on the order. */
export class LimitQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: maxPage, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(maxPage)
  limit?: number;
}

/** A list in the order of its ids. */
export class PageQuery extends LimitQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The nextCursor of the page before' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Cuts one row more than asked into a page and its cursor. */
export function page<T>(rows: T[], limit: number, cursorOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
