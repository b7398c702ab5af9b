import { Injectable } from '@nestjs/common';
import { Catalogue, selectMachines } from '../machines/catalogue.js';
import type { CatalogueMachine, Closure } from '../machines/catalogue.js';
import type { MachineType } from '../machines/machine-facts.js';
import type { Interval } from '../machines/opening-hours.rules.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import { slotsIn } from './booking.rules.js';
import { takesPiece } from './piece.rules.js';
import type { Piece } from './piece.rules.js';
import { openTime } from './open-time.js';

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
    const { closures, ...machine } = await this.machineWithClosures(id, within);
    const [availability] = await this.given([machine], closures, within, seconds, now);
    return availability ?? { machineId: id, open: [], slots: [] };
  }

  /** Soonest first; machines without a fitting slot last. */
  async ofType(
    machineType: MachineType | null,
    within: Interval,
    seconds: number | null,
    now: Date,
    piece: Piece = {},
  ): Promise<MachineAvailability[]> {
    const known = await this.catalogue.machines(machineType ? { machineType } : {});
    const machines = known.filter((machine) => takesPiece(machine, piece));
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

  /** As though the booking `except` were not there. */
  async of(
    machines: readonly CatalogueMachine[],
    within: Interval,
    seconds: number | null,
    now: Date,
    except: string | null = null,
  ): Promise<MachineAvailability[]> {
    if (machines.length === 0) return [];
    const closures = await this.catalogue.closures(
      [...new Set(machines.map(({ labId }) => labId))],
      within,
    );
    return this.given(machines, closures, within, seconds, now, except);
  }

  private async given(
    machines: readonly CatalogueMachine[],
    closures: readonly Closure[],
    within: Interval,
    seconds: number | null,
    now: Date,
    except: string | null = null,
  ): Promise<MachineAvailability[]> {
    const free = await this.free(machines, openTexts(machines, closures, within), within, except);
    return machines.map((machine) => {
      const open = free.get(machine.id) ?? [];
      const { granularity, minDuration } = machine.rules;
      const grid = { granularity, timeZone: machine.timeZone };
      const slots =
        seconds === null
          ? []
          : slotsIn(open, {
              seconds: Math.max(seconds, minDuration),
              grid,
              now,
              limit: maxSlots,
              from: within.startsAt,
            });
      return { machineId: machine.id, open, slots };
    });
  }

  /** The catalogue's machine and its lab's closures in one round trip. @throws machine.unknown */
  private async machineWithClosures(id: string, within: Interval) {
    const [machine] = await this.database.prepared<MachineWithClosures>(machineAndClosures, [
      id,
      within.startsAt,
      within.endsAt,
    ]);
    if (!machine) throw new DomainError('machine.unknown');
    const closures = (machine.closures ?? []).map((pair) => ({
      ...interval(pair),
      labId: machine.labId,
      machineId: null,
    }));
    return { ...machine, closures };
  }

  /** One statement for any number of machines: PostgreSQL subtracts the multiranges. */
  private async free(
    machines: readonly CatalogueMachine[],
    open: readonly string[],
    within: Interval,
    except: string | null,
  ): Promise<Map<string, Interval[]>> {
    const rows = await this.database.prepared<{ machineId: string; free: Pair[] | null }>(
      except === null ? freeTime : freeTimeBut,
      [
        machines.map(({ id }) => id),
        open,
        machines.map(({ rules }) => rules.cleanup),
        machines.map(({ rules }) => rules.setup),
        within.startsAt,
        within.endsAt,
        ...(except === null ? [] : [except]),
      ],
    );
    return new Map(rows.map(({ machineId, free }) => [machineId, (free ?? []).map(interval)]));
  }
}

// A booking takes its neighbours' cleanup before it and setup after it, so that a new one fits
// with both: one just outside the asked interval reaches into it. The state list is the exclusion
// constraint's, word for word, so its index serves.
const freeTimeWhere = (which: string) => `
  SELECT w.machine_id AS "machineId",
         (SELECT json_agg(json_build_array(lower(r), upper(r)) ORDER BY lower(r))
            FROM unnest(w.open - coalesce(
              (SELECT range_agg(tstzrange(lower(b.occupied) - make_interval(secs => w.cleanup),
                                          upper(b.occupied) + make_interval(secs => w.setup)))
                 FROM bookings b
                WHERE b.machine_id = w.machine_id
                  AND b.occupied && tstzrange($5::timestamptz - make_interval(secs => w.setup),
                                              $6::timestamptz + make_interval(secs => w.cleanup))
                  AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
                  ${which}),
              '{}'::tstzmultirange)) AS r) AS free
    FROM unnest($1::uuid[], $2::tstzmultirange[], $3::float8[], $4::float8[])
         AS w(machine_id, open, cleanup, setup)`;

const freeTime = { name: 'free-time', text: freeTimeWhere('') };
// A statement of its own: asking for ids as well would read the table beside the index.
const freeTimeBut = { name: 'free-time-but', text: freeTimeWhere('AND b.id <> $7') };

interface MachineWithClosures extends CatalogueMachine {
  closures: Pair[] | null;
}

const machineAndClosures = {
  name: 'machine-and-closures',
  text: `
  SELECT m.*, (SELECT json_agg(json_build_array(c.starts_at, c.ends_at)) FROM lab_closures c
                WHERE c.lab_id = m."labId" AND (c.machine_id IS NULL OR c.machine_id = m.id)
                  AND c.starts_at < $3 AND c.ends_at > $2) AS closures
    FROM (${selectMachines} AND m.id = $1) m`,
};

/** The open time of each machine as a multirange. Machines of one lab mostly share their hours. */
function openTexts(
  machines: readonly CatalogueMachine[],
  closures: readonly Closure[],
  within: Interval,
): string[] {
  const texts = new Map<string, string>();
  const own = new Set(closures.map(({ machineId }) => machineId));
  return machines.map(({ id, labId, timeZone, openingHours, labOpeningHours }) => {
    const hours = openingHours ?? labOpeningHours;
    const key = `${labId} ${own.has(id) ? id : ''} ${JSON.stringify(hours)}`;
    const closed = () =>
      closures.filter((one) => one.labId === labId && (one.machineId ?? id) === id);
    const text = texts.get(key) ?? multirange(openTime(hours, timeZone, within, closed()));
    texts.set(key, text);
    return text;
  });
}

function multirange(intervals: readonly Interval[]): string {
  const ranges = intervals.map(
    ({ startsAt, endsAt }) => `[${startsAt.toISOString()},${endsAt.toISOString()})`,
  );
  return `{${ranges.join(',')}}`;
}

/** An interval as PostgreSQL's JSON gives it. */
type Pair = readonly [startsAt: string, endsAt: string];

function interval([startsAt, endsAt]: Pair): Interval {
  return { startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
}
