import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { addMachine } from '../../src/machines/add-machine.js';
import type { NewMachine } from '../../src/machines/add-machine.js';
import { issueMachineSecret } from '../../src/machines/mqtt-accounts.js';
import { setAccount } from '../../src/machines/mqtt-accounts.js';
import type { OpeningHours } from '../../src/machines/opening-hours.rules.js';
import type { MemberRole } from '../../src/people/member.entity.js';
import type { Database } from '../../src/platform/database/database.js';

export interface LabOptions {
  readonly timeZone?: string;
  readonly openingHours?: OpeningHours;
}

export const allWeek: OpeningHours = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], opens: '00:00', closes: '24:00' },
];

export interface TestMachine {
  readonly id: string;
  readonly slug: string;
  /** Of its broker account. */
  readonly username: string;
  readonly secret: string;
}

/** A lab that is open all week, and what a test adds to it. */
export class TestLab {
  private count = 0;

  constructor(
    private readonly database: Database,
    readonly id: string,
    readonly slug: string,
  ) {}

  /** A printer that decides by itself and starts from afar, unless told otherwise. */
  async machine(about: Partial<Omit<NewMachine, 'labId'>> = {}): Promise<TestMachine> {
    const slug = about.slug ?? `machine-${(this.count += 1)}`;
    const id = await addMachine(this.database, {
      labId: this.id,
      name: `Machine ${slug}`,
      machineType: 'fdm_printer',
      startPolicy: 'remote',
      rules: { approval: 'auto', ...about.rules },
      ...(({ rules: _, ...rest }) => rest)(about),
      slug,
    });
    const account = await issueMachineSecret(this.database, {
      id,
      labId: this.id,
      lab: this.slug,
      slug,
    });
    return { id, slug, ...account };
  }

  /** A member without a password: sessions are made by `session`. */
  async member(role: MemberRole = 'member', name = 'Inès'): Promise<string> {
    const id = uuid();
    await this.database.run(
      `INSERT INTO members (id, email, name, role, locale) VALUES ($1, $2, $3, $4, 'fr')`,
      [id, `${id}@test.example`, name, role],
    );
    return id;
  }

  /** A signed-in browser's token, without the quarter second that a password costs. */
  async session(memberId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.database.run(
      `INSERT INTO sign_ins (token_hash, member_id, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
      [createHash('sha256').update(token).digest('hex'), memberId],
    );
    return token;
  }

  /** An account that may read everything of the lab. */
  async observer(): Promise<{ username: string; secret: string }> {
    const username = `${this.slug}-observer-${(this.count += 1)}`;
    const account = { username, secret: randomBytes(9).toString('hex') };
    await setAccount(this.database, {
      ...account,
      kind: 'observer',
      labId: this.id,
      machineId: null,
    });
    return account;
  }
}

export async function aLab(database: Database, options: LabOptions = {}): Promise<TestLab> {
  const id = uuid();
  const slug = `lab-${randomBytes(4).toString('hex')}`;
  await database.run(
    'INSERT INTO labs (id, slug, name, time_zone, opening_hours) VALUES ($1, $2, $3, $4, $5)',
    [
      id,
      slug,
      'Test lab',
      options.timeZone ?? 'Europe/Paris',
      JSON.stringify(options.openingHours ?? allWeek),
    ],
  );
  return new TestLab(database, id, slug);
}
