import { m } from '../paraglide/messages.js';
import type { Booking, Lab, Machine } from '../api/types';
import { duration, secondsOf, slot, time } from '../format';
import { itemName } from './items';
import { floorTo, type Ghost } from './ghost';
import { gridOf, needsApproval } from './machine-rules';
import { iso, openIn, takenIn } from './window';

export interface Hint {
  tone: 'good' | 'wait' | 'bad';
  text: string;
}

export interface Known {
  machine: Machine;
  lab: Lab;
  bookings: Iterable<Booking>;
  now: number;
}

/**
 * What can be said of a plan before the server is asked, which decides. Quotas and trainings are
 * not known here.
 */
export function hintsOf(ghost: Ghost, { machine, lab, bookings, now }: Known): Hint[] {
  const rule = (iso: string) => secondsOf(iso) * 1_000;
  const { rules } = machine;
  const length = ghost.to - ghost.from;
  const bad: string[] = [];

  const around = rule(rules.setup) + rule(rules.cleanup);
  const near = { from: ghost.from - around, to: ghost.to + around };
  const rivals = takenIn(bookings, ghost.machineId, near).filter(
    ({ id, state }) => id !== ghost.bookingId && state !== 'completed',
  );
  for (const rival of rivals) bad.push(m.hint_taken({ what: itemName(rival), slot: hours(rival) }));

  if (ghost.from < floorTo(now, gridOf(machine, lab.timeZone))) bad.push(m.hint_past());
  const covered = openIn(machine, lab, ghost.from, ghost.to).some(
    ({ startsAt, endsAt }) => Date.parse(startsAt) <= ghost.from && Date.parse(endsAt) >= ghost.to,
  );
  if (!covered) bad.push(m.hint_closed());
  if (length < rule(rules.minDuration))
    bad.push(m.hint_short({ length: duration(secondsOf(rules.minDuration)) }));
  if (length > rule(rules.maxDuration))
    bad.push(m.hint_long({ length: duration(secondsOf(rules.maxDuration)) }));
  if (ghost.from > now + rule(rules.horizon)) bad.push(m.hint_far());

  if (bad.length > 0) return bad.map((text) => ({ tone: 'bad', text }));
  const approval: Hint = needsApproval(rules, length / 1_000)
    ? { tone: 'wait', text: m.hint_approval() }
    : { tone: 'good', text: m.hint_free() };
  const training = machine.requiredTraining;
  return training === null
    ? [approval]
    : [approval, { tone: 'wait', text: m.hint_training({ training: training.name }) }];
}

const hours = ({ startsAt, endsAt }: Booking) => `${time(startsAt)} – ${time(endsAt)}`;

/** "Prusa MK4, mar. 24 nov., 14:00 – 15:30, 1 h 30 min" */
export function ghostText(ghost: Ghost, machine: string): string {
  const when = slot({ startsAt: iso(ghost.from), endsAt: iso(ghost.to) });
  return `${machine}, ${when}, ${duration((ghost.to - ghost.from) / 1_000)}`;
}
