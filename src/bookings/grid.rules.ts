import { Temporal } from 'temporal-polyfill';

/** Where starts and ends lie: multiples of the granularity after midnight on the lab's clocks. */
export interface Grid {
  /** Seconds. */
  readonly granularity: number;
  readonly timeZone: string;
}

export function floorTo(at: Date, grid: Grid): Date {
  return snapped(at, grid, Math.floor);
}

export function ceilTo(at: Date, grid: Grid): Date {
  return snapped(at, grid, Math.ceil);
}

export function isOnGrid(at: Date, grid: Grid): boolean {
  return floorTo(at, grid).getTime() === at.getTime();
}

/** A machine that becomes free at 15:09:20 may be had from 15:10: nobody books seconds. */
export function nextMinute(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / 60_000) * 60_000);
}

function snapped(at: Date, grid: Grid, round: (granules: number) => number): Date {
  const granule = grid.granularity * 1_000;
  const offset = wallOffset(at, grid);
  return new Date(round((at.getTime() + offset) / granule) * granule - offset);
}

// Every zone in use lies a multiple of a quarter hour from UTC: most grids need no calendar.
function wallOffset(at: Date, { granularity, timeZone }: Grid): number {
  if (900 % granularity === 0) return 0;
  const instant = Temporal.Instant.fromEpochMilliseconds(at.getTime());
  return instant.toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}
