import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { byMember } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/database.js';
import { announce, planStep } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingDue } from '../bookings.messages.js';
import { lockMachine } from '../lock-machine.js';
import { displace } from './displace.js';
import { inTheWay } from './in-the-way.js';
import type { InTheWay } from './in-the-way.js';
import type { DowntimeKind } from './downtime.dto.js';
import type { DownMachine, Downtime } from './downtime.js';
import './downtime.problems.js';

export interface DowntimeRequest {
  readonly machineId: string;
  readonly kind: DowntimeKind;
  /** Null, or past: now. */
  readonly startsAt: Date | null;
  readonly endsAt: Date;
  readonly reason: string;
  readonly displace: boolean;
}

interface Planned {
  readonly downtime: Downtime;
  readonly displaced: readonly InTheWay[];
}

const longestMs = 366 * 86_400_000;
/** Rivals that place without the machine's lock may slip in between look and insert. */
const looks = 5;

/** Takes a machine out of use; what is in the way goes with it, or all of it stays. */
@Injectable()
export class PlanDowntime {
  constructor(private readonly database: Database) {}

  /** @throws maintenance.conflict, maintenance.interval, machine.unknown */
  plan(actor: Actor, request: DowntimeRequest): Promise<Planned> {
    return this.database.transaction(async (sql) => {
      await lockMachine(sql, request.machineId);
      const downtime = await wanted(sql, request);
      const displaced: InTheWay[] = [];
      for (let look = 1; look <= looks; look += 1) {
        const obstacles = await inTheWay(sql, downtime);
        const immovable = obstacles.some(({ displaceable }) => !displaceable);
        if (obstacles.length > 0 && (!request.displace || immovable)) throw conflict(obstacles);
        for (const obstacle of obstacles) await displace(sql, obstacle, downtime, actor);
        displaced.push(...obstacles);
        await takeCleanup(sql, downtime);
        if (await occupy(sql, downtime, actor)) return { downtime, displaced };
      }
      throw conflict(await inTheWay(sql, downtime));
    });
  }
}

async function wanted(sql: Sql, request: DowntimeRequest): Promise<Downtime> {
  const machine = await sql.row<DownMachine & { now: Date }>(
    `SELECT m.id, m.name, l.slug AS lab, now() AS now
       FROM machines m JOIN labs l ON l.id = m.lab_id
      WHERE m.id = $1 AND m.retired_at IS NULL`,
    [request.machineId],
  );
  if (!machine) throw new DomainError('machine.unknown');
  const { kind, endsAt, reason } = request;
  const { now } = machine;
  const startsAt = request.startsAt && request.startsAt > now ? request.startsAt : now;
  const length = endsAt.getTime() - startsAt.getTime();
  if (!(length > 0 && length <= longestMs)) throw new DomainError('maintenance.interval');
  return { id: uuid(), kind, machine, startsAt, endsAt, reason };
}

/** What is over holds the machine for its clean-up only: a downtime may begin in it. */
async function takeCleanup(sql: Sql, { machine, startsAt, endsAt }: Downtime): Promise<void> {
  await sql.run(
    `UPDATE bookings SET occupied = tstzrange(lower(occupied), $2)
      WHERE machine_id = $1 AND state = 'completed' AND occupied && tstzrange($2, $3)
        AND lower(occupied) < $2`,
    [machine.id, startsAt, endsAt],
  );
}

/** Through the same exclusion constraint as every booking; false when a rival was first. */
async function occupy(sql: Sql, downtime: Downtime, actor: Actor): Promise<boolean> {
  const { id, kind, machine, startsAt, endsAt, reason } = downtime;
  const placed = await sql.run(
    `INSERT INTO bookings (id, machine_id, kind, starts_at, ends_at, occupied, state, purpose, created_by)
     VALUES ($1, $2, $3, $4, $5, tstzrange($4, $5), 'confirmed', $6, $7)
     ON CONFLICT DO NOTHING`,
    [id, machine.id, kind, startsAt, endsAt, reason, actor.id],
  );
  if (placed === 0) return false;
  const by = byMember(actor);
  await sql.run(
    `INSERT INTO booking_history (booking_id, state, actor_kind, actor_id, reason)
     VALUES ($1, 'confirmed', $2, $3, $4)`,
    [id, by.kind, by.id, reason],
  );
  await announce(sql, { type: 'booking.confirmed', id, labSlug: machine.lab, kind: 'booking' });
  await planStep(sql, bookingDue, `step:booking:${id}`, startsAt, { bookingId: id });
  return true;
}

function conflict(obstacles: readonly InTheWay[]): DomainError {
  return new DomainError('maintenance.conflict', { conflicts: obstacles.map(inTheWayView) });
}

export function inTheWayView(obstacle: InTheWay) {
  const { id, startsAt, endsAt, lab: _, ...rest } = obstacle;
  return {
    bookingId: id,
    ...rest,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  };
}
