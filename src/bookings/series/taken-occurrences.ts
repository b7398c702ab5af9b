import type { Interval } from '../../machines/opening-hours.rules.js';
import type { Sql } from '../../platform/database/database.js';
import type { BookableMachine } from '../booking-facts.js';
import { taken } from './refused-occurrence.js';
import type { RefusedOccurrence } from './refused-occurrence.js';

export interface WantedSlot {
  readonly id: string;
  readonly date: string;
  readonly interval: Interval;
}

/**
 * Which of several slots are taken, for words after the constraint refused them all. It decides
 * nothing: what is found may be free again, and what took it may be gone.
 */
export async function takenOccurrences(
  sql: Sql,
  { id, rules }: Pick<BookableMachine, 'id' | 'rules'>,
  wanted: readonly WantedSlot[],
): Promise<RefusedOccurrence[]> {
  const rows = await sql.rows<{ id: string }>(overlapped, [
    id,
    wanted.map((one) => one.id),
    wanted.map(({ interval }) => interval.startsAt),
    wanted.map(({ interval }) => interval.endsAt),
    rules.setup,
    rules.cleanup,
  ]);
  const ids = new Set(rows.map((row) => row.id));
  const between = (rules.setup + rules.cleanup) * 1_000;
  return wanted.flatMap(({ id: bookingId, date, interval }) => {
    const collides = wanted.some(
      (other) => other.id !== bookingId && overlaps(other.interval, interval, between),
    );
    if (!ids.has(bookingId) && !collides) return [];
    return { date, interval, around: interval, code: taken.code, violations: [taken] };
  });
}

/** Whether one cannot begin, setup and clean-up between them, before the other ends. */
function overlaps(a: Interval, b: Interval, between: number): boolean {
  const [first, second] = a.startsAt <= b.startsAt ? [a, b] : [b, a];
  return second.startsAt.getTime() < first.endsAt.getTime() + between;
}

const overlapped = `
  SELECT w.id FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS w(id, from_at, to_at)
   WHERE EXISTS (
     SELECT 1 FROM bookings b
      WHERE b.machine_id = $1 AND b.id <> ALL ($2::uuid[])
        AND b.occupied && tstzrange(w.from_at - make_interval(secs => $5),
                                    w.to_at + make_interval(secs => $6))
        AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text]))`;
