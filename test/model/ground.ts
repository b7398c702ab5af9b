import { addMachine } from '../../src/machines/add-machine.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { weekdays } from '../../src/machines/opening-hours.rules.js';
import { bySystem } from '../../src/people/actor.js';
import { giveCertification } from '../../src/people/certifications.js';
import { addProject } from '../../src/people/projects.js';
import { addTraining } from '../../src/people/trainings.js';
import { FlowWorker } from '../../src/platform/queue/queue-workers.js';
import type { TestApp } from '../support/app.js';
import { machines } from './machines.js';
import type { Closure, Hours, Machine, Rules } from './machines.js';
import { hour, minute } from './wall.js';
import type { Places } from './wire.js';
import type { Who, World } from './world.js';

/** Days on which something is different: a year's end, both changes of the clocks, a Sunday. */
export const beginnings: readonly string[] = [
  '2026-12-30T07:30:00.000Z',
  '2027-03-26T16:10:00.000Z',
  '2027-06-02T06:00:00.000Z',
  '2027-06-06T17:45:00.000Z',
  '2027-10-29T15:00:00.000Z',
];

export const trained: World['trained'] = {
  ana: [
    ['2026-11-01', '2026-12-31'],
    ['2027-03-01', '2027-03-28'],
    ['2027-03-29', '2027-03-29'],
    ['2027-05-01', '2027-12-31'],
  ],
  ben: [['2027-06-03', '2027-10-29']],
  marc: [],
};

/** Around the beginning of a run. */
export function closuresAt(start: number): Closure[] {
  const about = (machine: string | null, from: number, to: number) => ({
    machine,
    from: start + from,
    to: start + to,
  });
  return [
    about(null, 20 * hour, 21.5 * hour),
    about('printer', 5 * hour, 6 * hour + 10 * minute),
    about('laser', 3 * hour, 4 * hour),
    about('mill', -2 * hour, 30 * minute),
  ];
}

/**
 * The model's machines and members, once for all runs. Messages are handled one at a time: what
 * may come of two at once is for the races to show.
 */
export async function prepared(app: TestApp): Promise<Places> {
  const { database, lab } = app;
  app.nest.get(FlowWorker, { strict: false }).worker.concurrency = 1;
  const training = await addTraining(database, { labId: lab.id, name: 'Laser' });
  const ids = new Map<string, string>();
  for (const machine of machines) {
    const about = { labId: lab.id, slug: machine.name, name: machine.name, ...said(machine) };
    const requiredTrainingId = machine.needsTraining ? training.id : null;
    ids.set(machine.name, await addMachine(database, { ...about, requiredTrainingId }));
  }
  const members: Record<Who, string> = {
    ana: await lab.member('member', 'Ana'),
    ben: await lab.member('member', 'Ben'),
    marc: await lab.member('lab_manager', 'Marc'),
  };
  const clients = {
    ana: await app.as(members.ana),
    ben: await app.as(members.ben),
    marc: await app.as(members.marc),
  };
  for (const who of ['ana', 'ben', 'marc'] as const) {
    for (const [validFrom, validUntil] of trained[who] ?? []) {
      const about = { memberId: members[who], trainingId: training.id, validFrom, validUntil };
      await giveCertification(database, about, bySystem);
    }
  }
  // The clock goes through a year.
  await database.run(`UPDATE sign_ins SET expires_at = 'infinity'`);
  const { id: projectId } = await addProject(database, {
    labId: lab.id,
    name: 'Bateau',
    memberIds: [members.ana],
  });
  return { machines: ids, members, clients, projectId, ids: new Map(), versions: new Map() };
}

/** An empty calendar, with the closures of that run. */
export async function emptied(app: TestApp, places: Places, closures: readonly Closure[]) {
  places.ids.clear();
  places.versions.clear();
  for (const table of [
    'outbox',
    'waiting_offers',
    'waiting_list',
    'bookings',
    'notifications',
    'audit',
    'lab_closures',
  ]) {
    await app.database.run(`DELETE FROM ${table}`);
  }
  await app.database.run('UPDATE machines SET downtime_id = NULL WHERE downtime_id IS NOT NULL');
  for (const { machine, from, to } of closures) {
    await app.database.run(
      `INSERT INTO lab_closures (id, lab_id, machine_id, starts_at, ends_at, reason)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, 'closed')`,
      [
        app.lab.id,
        machine === null ? null : places.machines.get(machine),
        new Date(from),
        new Date(to),
      ],
    );
  }
}

function said({ type, rules, hours }: Machine) {
  return {
    machineType: type,
    rules: rulesOf(rules),
    openingHours: hours === 'always' ? ('around_the_clock' as const) : hours.map(hoursOf),
  };
}

/** In seconds, as they are kept. */
function rulesOf(rules: Rules): MachineRules {
  const seconds = (value: number) => value / 1_000;
  const kept = Object.entries(rules).map(([name, value]: [string, unknown]) => {
    if (typeof value === 'number' && name !== 'maxActivePerMember') return [name, seconds(value)];
    if (name === 'approval' && typeof value === 'object' && value !== null) {
      return [name, { autoUnder: seconds((value as { autoUnder: number }).autoUnder) }];
    }
    return [name, value];
  });
  return Object.fromEntries(kept) as MachineRules;
}

function hoursOf({ days, opens, closes }: Hours) {
  const time = (minutes: number) =>
    [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return {
    days: days.flatMap((number) => weekdays[number] ?? []),
    opens: time(opens),
    closes: time(closes),
  };
}
