import { Injectable } from '@nestjs/common';
import { Catalogue } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import type { MachineType } from '../machines/machine-facts.js';
import { openIntervals } from '../machines/opening-hours.rules.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { Database } from '../platform/database/database.js';
import { slotsIn } from './booking.rules.js';

export interface MachineAvailability {
  readonly machineId: string;
  readonly open: Interval[];
  readonly slots: Interval[];
}

export interface Slot extends Interval {
  readonly machineId: string;
}

const maxSlots = 200;

/** Opening hours less closures and bookings; computed, never stored. */
@Injectable()
export class Availability {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly database: Database,
  ) {}

  async ofMachine(
    id: string,
    within: Interval,
    seconds: number | null,
    now: Date,
  ): Promise<MachineAvailability> {
    const machine = await this.catalogue.machine(id);
    const [availability] = await this.of([machine], within, seconds, now);
    return availability ?? { machineId: id, open: [], slots: [] };
  }

  /** Soonest first; machines without a fitting slot last. */
  async ofType(
    machineType: MachineType | null,
    within: Interval,
    seconds: number | null,
    now: Date,
  ): Promise<MachineAvailability[]> {
    const machines = await this.catalogue.machines(machineType ? { machineType } : {});
    const all = await this.of(machines, within, seconds, now);
    const soonest = ({ slots, open }: MachineAvailability) =>
      (seconds === null ? open : slots)[0]?.startsAt.getTime() ?? Infinity;
    return all.sort((a, b) => soonest(a) - soonest(b) || a.machineId.localeCompare(b.machineId));
  }

  /** The first slots of that length on any of the machines, soonest first, one per machine first. */
  async firstSlots(
    machines: readonly CatalogueMachine[],
    from: Date,
    options: { seconds: number; days: number; limit: number; now: Date },
  ): Promise<Slot[]> {
    const within = { startsAt: from, endsAt: new Date(from.getTime() + options.days * 86_400_000) };
    const all = await this.of(machines, within, options.seconds, options.now);
    const ranked = all.flatMap(({ machineId, slots }) =>
      slots.slice(0, options.limit).map((slot, rank) => ({ machineId, rank, ...slot })),
    );
    return ranked
      .sort((a, b) => a.rank - b.rank || a.startsAt.getTime() - b.startsAt.getTime())
      .slice(0, options.limit)
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
      .map(({ machineId, startsAt, endsAt }) => ({ machineId, startsAt, endsAt }));
  }

  async of(
    machines: readonly CatalogueMachine[],
    within: Interval,
    seconds: number | null,
    now: Date,
  ): Promise<MachineAvailability[]> {
    if (machines.length === 0) return [];
    const closures = await this.catalogue.closures(
      [...new Set(machines.map(({ labId }) => labId))],
      within,
    );
    const free = await this.free(
      machines,
      machines.map((machine) => opened(machine, within, closures)),
      within,
    );
    return machines.map((machine) => {
      const open = free.get(machine.id) ?? [];
      const { granularity, minDuration } = machine.rules;
      const slots =
        seconds === null
          ? []
          : slotsIn(open, {
              seconds: Math.max(seconds, minDuration),
              granularity,
              now,
              limit: maxSlots,
            });
      return { machineId: machine.id, open, slots };
    });
  }

  /** One statement for any number of machines: PostgreSQL subtracts the multiranges. */
  private async free(
    machines: readonly CatalogueMachine[],
    open: readonly Interval[][],
    within: Interval,
  ): Promise<Map<string, Interval[]>> {
    const rows = await this.database.rows<{ machineId: string; free: [string, string][] | null }>(
      freeTimeSql,
      [
        machines.map(({ id }) => id),
        open.map(multirange),
        machines.map(({ rules }) => rules.cleanup),
        machines.map(({ rules }) => rules.setup),
        within.startsAt,
        within.endsAt,
      ],
    );
    return new Map(
      rows.map(({ machineId, free }) => [
        machineId,
        (free ?? []).map(([from, to]) => ({ startsAt: new Date(from), endsAt: new Date(to) })),
      ]),
    );
  }
}

// A booking takes its neighbours' cleanup before it and setup after it, so that a new one fits
// with both. The state list is the exclusion constraint's, word for word, so its index serves.
export const freeTimeSql = `
  SELECT w.machine_id AS "machineId",
         (SELECT json_agg(json_build_array(lower(r), upper(r)) ORDER BY lower(r))
            FROM unnest(w.open - coalesce(
              (SELECT range_agg(tstzrange(lower(b.occupied) - make_interval(secs => w.cleanup),
                                          upper(b.occupied) + make_interval(secs => w.setup)))
                 FROM bookings b
                WHERE b.machine_id = w.machine_id AND b.occupied && tstzrange($5, $6)
                  AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])),
              '{}'::tstzmultirange)) AS r) AS free
    FROM unnest($1::uuid[], $2::tstzmultirange[], $3::float8[], $4::float8[])
         AS w(machine_id, open, cleanup, setup)`;

function opened(
  machine: CatalogueMachine,
  within: Interval,
  closures: ReadonlyMap<string, Interval[]>,
): Interval[] {
  const hours = machine.openingHours ?? machine.labOpeningHours;
  return openIntervals(hours, machine.timeZone, within, closures.get(machine.labId));
}

export function multirange(intervals: readonly Interval[]): string {
  const ranges = intervals.map(
    ({ startsAt, endsAt }) => `[${startsAt.toISOString()},${endsAt.toISOString()})`,
  );
  return `{${ranges.join(',')}}`;
}
