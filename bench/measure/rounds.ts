export interface Pair<T> {
  readonly ours: T;
  readonly bare: T;
}

/**
 * Ours and the bare baseline take turns, and who goes first alternates: what else the machine
 * does then weighs on both. A round's ratio is taken within the round.
 */
export async function interleaved<T>(
  rounds: number,
  measure: { readonly ours: () => Promise<T>; readonly bare: () => Promise<T> },
): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const bare = await measure.bare();
      pairs.push({ ours: await measure.ours(), bare });
    } else {
      const ours = await measure.ours();
      pairs.push({ ours, bare: await measure.bare() });
    }
  }
  return pairs;
}
