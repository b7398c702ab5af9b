import fc from 'fast-check';
import type { Request } from './request.js';

/**
 * What a random run does next, still loose: numbers choose among what the calendar then has to
 * offer, so that a run that was cut down still makes sense.
 */
export interface Move {
  readonly kind: Request['ask'] | 'wait';
  /** Seconds that pass before. */
  readonly pause: number;
  readonly who: 'owner' | 'staff' | 'other';
  /** Chooses something for which it may succeed, mostly. */
  readonly fitting: boolean;
  /** Which booking, wish or machine, and where. */
  readonly pick: number;
  readonly where: number;
  readonly size: number;
  readonly how: number;
  readonly override: 'no' | 'why' | 'silent';
}

const kinds: readonly (readonly [number, Move['kind']])[] = [
  [16, 'place'],
  [13, 'change'],
  [6, 'cancel'],
  [12, 'undo'],
  [5, 'approve'],
  [2, 'reject'],
  [8, 'check-in'],
  [4, 'check-out'],
  [3, 'maintenance'],
  [3, 'outage'],
  [2, 'end'],
  [9, 'wish'],
  [8, 'take'],
  [4, 'decline'],
  [1, 'withdraw'],
  [16, 'wait'],
];

const weighted = <T>(...choices: readonly (readonly [number, T])[]) =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

export const moves: fc.Arbitrary<Move> = fc.record({
  kind: weighted(...kinds),
  pause: weighted([4, 1], [4, 3], [1, 10], [1, 11], [1, 60]),
  who: weighted<Move['who']>([8, 'owner'], [3, 'staff'], [1, 'other']),
  fitting: weighted([7, true], [1, false]),
  pick: fc.nat(999),
  where: fc.nat(999),
  size: fc.nat(999),
  how: fc.nat(999),
  override: weighted<Move['override']>([12, 'no'], [4, 'why'], [1, 'silent']),
});
