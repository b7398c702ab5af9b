import { v7 as uuid } from 'uuid';
import { addMachine } from '../../src/machines/add-machine.js';
import { machineTypes } from '../../src/machines/machine-facts.js';
import type { OpeningHours } from '../../src/machines/opening-hours.rules.js';
import { addMember } from '../../src/people/members.js';
import type { Database } from '../../src/platform/database/database.js';

export interface BenchMachine {
  readonly id: string;
  readonly slug: string;
}

export interface BenchLab {
  readonly slug: string;
  readonly machines: readonly BenchMachine[];
  readonly members: readonly { readonly id: string; readonly email: string }[];
}

export const machineCount = 50;
/** One member a connection. */
export const memberCount = 32;
export const password = 'bench-password';

export const timeZone = 'Europe/Paris';
export const openingHours = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], opens: '09:00', closes: '19:00' },
] as const satisfies OpeningHours;
const year = 365 * 86_400;

/** A lab in Paris with its hours and closures; machines that confirm at once, years ahead. */
export async function createLab(database: Database): Promise<BenchLab> {
  const labId = uuid();
  const slug = 'bench';
  await database.run(
    'INSERT INTO labs (id, slug, name, time_zone, opening_hours) VALUES ($1, $2, $3, $4, $5)',
    [labId, slug, 'Bench', timeZone, JSON.stringify(openingHours)],
  );
  await database.run(
    `INSERT INTO lab_closures (id, lab_id, starts_at, ends_at, reason)
     SELECT gen_random_uuid(), $1, day, day + interval '1 day', 'inventory'
       FROM unnest(ARRAY[current_date + 3, current_date + 9, current_date + 20]) AS day`,
    [labId],
  );
  const machines: BenchMachine[] = [];
  for (let number = 0; number < machineCount; number += 1) {
    const machine = { slug: `machine-${number}`, name: `Machine ${number}` };
    const id = await addMachine(database, {
      ...machine,
      labId,
      machineType: machineTypes[number % machineTypes.length] ?? 'other',
      rules: { approval: 'auto', horizon: 10 * year },
    });
    machines.push({ id, slug: machine.slug });
  }
  const members: { id: string; email: string }[] = [];
  for (let number = 0; number < memberCount; number += 1) {
    const email = `member-${number}@bench.invalid`;
    const { id } = await addMember(database, { email, name: `Member ${number}`, password });
    members.push({ id, email });
  }
  return { slug, machines, members };
}
