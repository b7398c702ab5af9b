import { badgeHash, badgeHolder } from '../../people/badges.js';
import type { By } from '../../people/actor.js';
import type { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { checkIn, earlyCheckIn } from '../check-in.js';

export interface BadgeReply {
  readonly granted: boolean;
  readonly name?: string;
  readonly reason?: 'badge.unknown' | 'booking.none' | 'booking.machine_taken';
  /** Until when the machine is the member's, RFC 3339. */
  readonly until?: string;
}

export interface BadgeTap {
  readonly machineId: string;
  readonly uid: string;
  /** As the reader says; tells two taps of one card apart, and nothing else. */
  readonly at: string;
}

/**
 * What a reader is answered, once for each tap: null for one that was answered before, by this
 * gateway or by another. A badge that opens its member's booking checks it in.
 */
export async function answerBadge(database: Database, tap: BadgeTap): Promise<BadgeReply | null> {
  const { machineId } = tap;
  const hash = await badgeHash(database, tap.uid);
  const fresh = await database.run(
    `INSERT INTO badge_reads (machine_id, read_key) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    [machineId, `${hash} ${tap.at}`],
  );
  if (fresh === 0) return null;
  const member = await badgeHolder(database, hash);
  if (!member) return { granted: false, reason: 'badge.unknown' };
  const { name } = member;
  const booking = await presentBooking(database, machineId, member.id);
  if (!booking) return { granted: false, name, reason: 'booking.none' };
  const until = booking.endsAt.toISOString();
  if (booking.checkedIn) return { granted: true, name, until };
  const by: By = { kind: 'member', id: member.id };
  try {
    await checkIn(database, booking.id, by);
    return { granted: true, name, until };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // The run's own start, or another tap, may have been quicker by a moment.
    const present = await presentBooking(database, machineId, member.id);
    if (present?.checkedIn) return { granted: true, name, until };
    const taken = error.code === 'booking.machine_taken';
    return { granted: false, name, reason: taken ? 'booking.machine_taken' : 'booking.none' };
  }
}

interface PresentBooking {
  readonly id: string;
  readonly endsAt: Date;
  readonly checkedIn: boolean;
}

/** The one in use comes before the one that is about to begin. */
function presentBooking(
  database: Database,
  machineId: string,
  memberId: string,
): Promise<PresentBooking | null> {
  return database.row<PresentBooking>(
    `SELECT id, ends_at AS "endsAt", state = 'checked_in' AS "checkedIn" FROM bookings
      WHERE machine_id = $1 AND member_id = $2 AND kind = 'booking'
        AND state IN ('confirmed', 'checked_in')
        AND starts_at - interval '${earlyCheckIn}' <= now() AND now() < ends_at
      ORDER BY state, starts_at LIMIT 1`,
    [machineId, memberId],
  );
}

/** What no broker says again any more. */
export async function forgetBadgeReads(database: Database): Promise<void> {
  await database.run(`DELETE FROM badge_reads WHERE received_at < now() - interval '7 days'`);
}
