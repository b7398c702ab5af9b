import { Injectable } from '@nestjs/common';
import type { PlacingFacts } from '../booking-facts.js';
import { NearestSlots } from '../nearest-slots.js';
import type { Alternative, Beside } from '../nearest-slots.js';
import type { RefusedOccurrence } from './refused-occurrence.js';

/** For how many others are looked for: whoever is refused more changes the rule, not the dates. */
const mostAnswered = 20;

/** What to offer instead of the occurrences that cannot be had. */
@Injectable()
export class SeriesAlternatives {
  constructor(private readonly nearest: NearestSlots) {}

  /** For each of the refused; none after the first twenty. */
  async to(
    refused: readonly RefusedOccurrence[],
    facts: PlacingFacts,
    memberId: string,
    beside: Beside = {},
  ): Promise<Alternative[][]> {
    const around = refused.slice(0, mostAnswered).map((one) => one.around);
    const found = await this.nearest.toEach(around, facts, memberId, beside);
    return refused.map((_, index) => found[index] ?? []);
  }
}
