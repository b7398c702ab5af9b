import { extendBooking } from '../bookings/extend-booking.js';
import type { Extended } from '../bookings/extend-booking.js';
import { byMachine } from '../people/actor.js';
import { tellMember } from '../people/tell-member.js';
import type { Sql } from '../platform/database/database.js';

/** A slot grows by whole steps, not by each second that a machine changes its mind by. */
const stepMs = 5 * 60_000;

interface Running {
  readonly bookingId: string;
  readonly machineId: string;
  readonly memberId: string;
  readonly machineName: string;
  readonly lab: string;
  readonly expectedEnd: Date;
}

/**
 * A run that will not be over with its slot gets a longer one where the time is free; where it
 * is not, its member and whoever comes next are warned, each once.
 */
export async function weighOverrun(sql: Sql, jobId: string): Promise<void> {
  const running = await sql.row<Running>(
    `SELECT b.id AS "bookingId", m.id AS "machineId", b.member_id AS "memberId", m.name AS "machineName",
            l.slug AS lab, o.run_ends_at AS "expectedEnd"
       FROM machine_observations o
       JOIN machines m ON m.id = o.machine_id JOIN labs l ON l.id = m.lab_id
       JOIN dispatches d ON d.machine_id = o.machine_id AND d.state = 'running'
       JOIN commands c ON c.dispatch_id = d.id AND c.type = 'start' AND c.id::text = o.command_id
       JOIN bookings b ON b.id = d.booking_id AND b.state = 'checked_in'
      WHERE d.job_id = $1 AND o.connection = 'online' AND o.run_ends_at > b.ends_at`,
    [jobId],
  );
  if (!running) return;
  const { bookingId, expectedEnd } = running;
  const by = byMachine(running.machineId);
  const ample = new Date(Math.ceil(expectedEnd.getTime() / stepMs) * stepMs);
  if ((await extendBooking(sql, bookingId, ample, by)) === 'extended') return;
  const next = await extendBooking(sql, bookingId, expectedEnd, by);
  // Whoever declared an outage under a run that goes on knows of the run.
  if (next !== 'extended' && next.kind !== 'outage') await warnBoth(sql, running, next);
}

async function warnBoth(
  sql: Sql,
  { bookingId, machineId, memberId, machineName, lab, expectedEnd }: Running,
  next: Exclude<Extended, 'extended'>,
): Promise<void> {
  const about = { machineId, machineName, expectedEnd: expectedEnd.toISOString() };
  await tellMember(sql, {
    memberId,
    kind: 'booking.overrun_mine',
    subject: { kind: 'booking', id: bookingId },
    labSlug: lab,
    facts: { ...about, nextStartsAt: next.startsAt.toISOString() },
  });
  if (next.memberId === null) return;
  await tellMember(sql, {
    memberId: next.memberId,
    kind: 'booking.overrun_next',
    subject: { kind: 'booking', id: next.id },
    labSlug: lab,
    facts: {
      ...about,
      startsAt: next.startsAt.toISOString(),
      endsAt: next.endsAt.toISOString(),
    },
  });
}
