import { offsetAt } from '../days';

/** An interval under the hand, in milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** What is held: an empty place, a whole booking, or one of its ends. */
export type Grip = 'create' | 'move' | 'start' | 'end';

/** Of a plan that is being drawn: `bookingId` is null while it is a new one. */
export interface Ghost extends Span {
  machineId: string;
  bookingId: string | null;
}

/** Where starts and ends lie: multiples of the step after midnight on the lab's clocks. */
export interface Grid {
  /** Milliseconds. */
  step: number;
  zone: string;
}

export const floorTo = (at: number, grid: Grid) => snapped(at, grid, Math.floor);
export const ceilTo = (at: number, grid: Grid) => snapped(at, grid, Math.ceil);
const roundTo = (at: number, grid: Grid) => snapped(at, grid, Math.round);

function snapped(at: number, { step, zone }: Grid, round: (steps: number) => number): number {
  const offset = offsetAt(Math.floor(at), zone);
  return round((at + offset) / step) * step - offset;
}

/** The span that follows from taking `grip` at `anchor` and pulling it to `at`. */
export function pulled(grip: Grip, origin: Span, anchor: number, at: number, grid: Grid): Span {
  const { step } = grid;
  switch (grip) {
    case 'create': {
      const from = floorTo(Math.min(anchor, at), grid);
      return { from, to: Math.max(from + step, ceilTo(Math.max(anchor, at), grid)) };
    }
    case 'move': {
      const from = roundTo(origin.from + at - anchor, grid);
      return { from, to: from + origin.to - origin.from };
    }
    case 'start':
      return { from: Math.min(roundTo(at, grid), origin.to - step), to: origin.to };
    case 'end':
      return { from: origin.from, to: Math.max(roundTo(at, grid), origin.from + step) };
  }
}

/** Arrow keys move a span; with Shift they change its end. Null for any other key. */
export function nudged(span: Span, key: string, shift: boolean, step: number): Span | null {
  const by = key === 'ArrowRight' ? step : key === 'ArrowLeft' ? -step : 0;
  if (by === 0) return null;
  if (shift) return { from: span.from, to: Math.max(span.from + step, span.to + by) };
  return { from: span.from + by, to: span.to + by };
}
