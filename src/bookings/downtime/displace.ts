import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import { tellMember } from '../../people/tell-member.js';
import type { Sql } from '../../platform/database/database.js';
import { announce, planStep } from '../../platform/outbox/outbox.js';
import { bookingDue } from '../bookings.messages.js';
import { moveBooking } from '../move-booking.js';
import type { InTheWay } from './in-the-way.js';
import type { Downtime } from './downtime.js';

/** Gets one booking out of the way and tells its member, once, why. */
export async function displace(
  sql: Sql,
  booking: InTheWay,
  downtime: Downtime,
  actor: Actor,
): Promise<void> {
  if (booking.state === 'checked_in') await cutShort(sql, booking, downtime, actor);
  else await moveBooking(sql, booking.id, 'cancelled', byMember(actor), downtime.reason);
  if (booking.memberId === null) return;
  await tellMember(sql, {
    memberId: booking.memberId,
    kind: 'booking.displaced',
    subject: { kind: 'booking', id: booking.id },
    labSlug: booking.lab,
    facts: {
      downtime: downtime.kind,
      machineId: downtime.machine.id,
      machineName: downtime.machine.name,
      startsAt: booking.startsAt.toISOString(),
      endsAt: booking.endsAt.toISOString(),
      reason: downtime.reason,
    },
    key: `booking.displaced:${booking.id}:${downtime.id}`,
  });
}

/**
 * The booking of a member who is at the machine ends where the outage begins. A run that goes on
 * is not stopped: it keeps its booking until the machine says that it is over.
 */
async function cutShort(
  sql: Sql,
  { id, lab, endsAt }: InTheWay,
  { startsAt, reason }: Downtime,
  actor: Actor,
): Promise<void> {
  // Where only its clean-up is in the way, it ends when it would have.
  const end = endsAt < startsAt ? endsAt : startsAt;
  await sql.run(
    `UPDATE bookings SET ends_at = $3, occupied = tstzrange(lower(occupied), $2),
            version = version + 1
      WHERE id = $1 AND state = 'checked_in'`,
    [id, startsAt, end],
  );
  const by = byMember(actor);
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason)
     VALUES ($1, 'checked_in', $2, $3, $4)`,
    [id, by.kind, by.id, reason],
  );
  await announce(sql, { type: 'booking.changed', id, labSlug: lab, kind: 'booking' });
  await planStep(sql, bookingDue, `step:booking:${id}`, end, { bookingId: id });
}
