import type { Pair } from './rounds.js';
import { spreadOf } from './spread.js';
import type { Spread } from './spread.js';

/** What the ratio ours : bare should be; a rate wants at least, a time at most. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number } | null;

export interface Result {
  readonly what: string;
  /** Of both figures, for example `/s` or `ms`. */
  readonly unit: string;
  readonly ours: Spread;
  readonly bare: Spread;
  /** Ours : bare, round by round. */
  readonly ratio: Spread;
  readonly aim: Aim;
}

/** The results of one row and what a reader must know to judge them. */
export interface RowReport {
  readonly results: readonly Result[];
  readonly notes: readonly string[];
}

export function resultOf<T>(
  about: { readonly what: string; readonly unit: string; readonly aim: Aim },
  pairs: readonly Pair<T>[],
  figure: (measured: T) => number,
): Result {
  const ours = pairs.map((pair) => figure(pair.ours));
  const bare = pairs.map((pair) => figure(pair.bare));
  return {
    ...about,
    ours: spreadOf(ours),
    bare: spreadOf(bare),
    ratio: spreadOf(pairs.map((pair) => figure(pair.ours) / figure(pair.bare))),
  };
}

/** Null where there is no aim. */
export function isMet({ aim, ratio }: Result): boolean | null {
  if (aim === null) return null;
  return 'atLeast' in aim ? ratio.median >= aim.atLeast : ratio.median <= aim.atMost;
}
