import type { Interval } from '../machines/opening-hours.rules.js';
import { DomainError } from '../platform/problems/problem.js';

/** Opening hours are laid out day by day: nobody may ask for a thousand years of them. */
const longestMs = 366 * 86_400_000;

/** The interval asked for; seconds count where no end is given. @throws booking.interval */
export function wantedInterval(asked: {
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly duration: number | null;
}): Interval {
  const { startsAt, duration } = asked;
  const endsAt =
    asked.endsAt ?? (duration === null ? null : new Date(startsAt.getTime() + duration * 1_000));
  const length = endsAt ? endsAt.getTime() - startsAt.getTime() : NaN;
  if (!endsAt || !(length > 0 && length <= longestMs)) throw new DomainError('booking.interval');
  return { startsAt, endsAt };
}
