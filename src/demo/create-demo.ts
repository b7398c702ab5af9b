import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addLab } from '../machines/add-lab.js';
import { addMachine } from '../machines/add-machine.js';
import { issueMachineSecret, setAccount } from '../machines/mqtt-accounts.js';
import { bySystem } from '../people/actor.js';
import { giveCertification } from '../people/certifications.js';
import { addMember } from '../people/members.js';
import { addTraining } from '../people/trainings.js';
import type { Database, Sql } from '../platform/database/database.js';
import { demoLab, demoMachines, demoMembers, demoTraining } from './demo-lab.js';

export interface SimulatedMachine {
  readonly slug: string;
  readonly username: string;
  readonly password: string;
  readonly machineType: string;
  readonly model: string;
  readonly workArea: { x: number; y: number; z: number } | null;
}

export const observerName = 'observer';

/** Creates the demo lab in an empty database; false when a lab is there already. */
export async function createDemo(database: Database, password: string): Promise<boolean> {
  return database.transaction(async (sql) => {
    // Several copies may start at once on one empty database.
    await sql.run('SELECT pg_advisory_xact_lock(7307199)');
    if (await sql.row('SELECT 1 FROM labs LIMIT 1')) return false;
    const labId = await addLab(sql, demoLab);
    const { id: trainingId } = await addTraining(sql, { ...demoTraining, labId });
    for (const { model: _, ...machine } of demoMachines) {
      const requires = machine.machineType === demoTraining.requiredBy;
      const requiredTrainingId = requires ? trainingId : null;
      await addMachine(sql, { ...machine, labId, requiredTrainingId });
    }
    for (const member of demoMembers) {
      const { id: memberId } = await addMember(sql, { ...member, password });
      if (!demoTraining.heldBy.includes(member.email)) continue;
      await giveCertification(sql, { trainingId, memberId }, bySystem);
    }
    await setAccount(sql, {
      username: observerName,
      kind: 'observer',
      labId,
      machineId: null,
      secret: password,
    });
    return true;
  });
}

/**
 * The simulated machines with their broker secrets, which only they and their file know; a lost
 * file means new secrets, as for a real machine.
 */
export async function simulatedMachines(
  database: Database,
  dataDir: string,
): Promise<SimulatedMachine[]> {
  const file = join(dataDir, 'demo-machines.json');
  const known = await readSecrets(file);
  const secrets: Record<string, string> = {};
  const machines: SimulatedMachine[] = [];
  for (const machine of await demoMachinesIn(database)) {
    const model = demoMachines.find(({ slug }) => slug === machine.slug);
    if (!model) continue;
    const username = `${machine.lab}.${machine.slug}`;
    const password =
      known[username] ??
      (await database.transaction((sql) => issueMachineSecret(sql, machine))).secret;
    secrets[username] = password;
    machines.push({
      slug: machine.slug,
      username,
      password,
      machineType: model.machineType,
      model: model.model,
      workArea: model.workArea ?? null,
    });
  }
  await mkdir(dataDir, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return machines;
}

function demoMachinesIn(sql: Sql) {
  return sql.rows<{ id: string; labId: string; lab: string; slug: string }>(
    `SELECT m.id, m.lab_id AS "labId", l.slug AS lab, m.slug
       FROM machines m JOIN labs l ON l.id = m.lab_id WHERE l.slug = $1 AND m.driver = 'native'`,
    [demoLab.slug],
  );
}

async function readSecrets(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
