import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Sql } from '../platform/database/database.js';
import { driverOf } from './drivers/registry.js';
import { machinePrefix, topicRoot } from './topics.js';

const derive = promisify(pbkdf2);
const iterations = 10_000;
const hashBytes = 64;

export interface AccountRights {
  readonly username: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

interface AccountRow {
  username: string;
  kind: 'machine' | 'observer';
  secretHash: string;
  lab: string;
  machine: string | null;
  driver: string | null;
  topicPrefix: string | null;
}

const selectAccounts = `
  SELECT a.username, a.kind, a.secret_hash AS "secretHash", l.slug AS lab, m.slug AS machine,
         m.driver, m.topic_prefix AS "topicPrefix"
    FROM mqtt_accounts a JOIN labs l ON l.id = a.lab_id LEFT JOIN machines m ON m.id = a.machine_id`;

/** A badge reader beside a machine signs in as that machine, whatever its family. */
const readerWrites = ['badge'];
const readerReads = ['badge/reply'];

export function machineUsername(labSlug: string, machineSlug: string): string {
  return `${labSlug}.${machineSlug}`;
}

/** A fresh secret for a machine; shown once, kept as a hash. Replaces the one before. */
export async function issueMachineSecret(
  sql: Sql,
  machine: { id: string; labId: string; lab: string; slug: string },
): Promise<{ username: string; secret: string }> {
  const secret = randomBytes(24).toString('base64url');
  const username = machineUsername(machine.lab, machine.slug);
  await setAccount(sql, {
    username,
    kind: 'machine',
    labId: machine.labId,
    machineId: machine.id,
    secret,
  });
  return { username, secret };
}

export async function setAccount(
  sql: Sql,
  account: {
    username: string;
    kind: 'machine' | 'observer';
    labId: string;
    machineId: string | null;
    secret: string;
  },
): Promise<void> {
  await sql.run(
    `INSERT INTO mqtt_accounts (username, kind, lab_id, machine_id, secret_hash)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (username) DO UPDATE SET secret_hash = excluded.secret_hash`,
    [
      account.username,
      account.kind,
      account.labId,
      account.machineId,
      await hashSecret(account.secret),
    ],
  );
}

/** Signs an MQTT client in; null for an unknown name or a wrong secret. */
export async function authenticateAccount(
  sql: Sql,
  username: string,
  secret: string,
): Promise<AccountRights | null> {
  const row = await sql.row<AccountRow>(`${selectAccounts} WHERE a.username = $1`, [username]);
  if (!row || !(await secretMatches(row.secretHash, secret))) return null;
  return rightsOf(row);
}

export async function listAccounts(sql: Sql): Promise<(AccountRights & { secretHash: string })[]> {
  const rows = await sql.rows<AccountRow>(`${selectAccounts} ORDER BY a.username`);
  return rows.map((row) => ({ ...rightsOf(row), secretHash: row.secretHash }));
}

function rightsOf({ username, kind, lab, ...row }: AccountRow): AccountRights {
  if (kind === 'observer') return { username, publish: [], subscribe: [`${topicRoot}/${lab}/#`] };
  const { machine, topicPrefix } = row;
  const driver = driverOf(row.driver ?? 'native');
  const own = machinePrefix(lab, machine ?? '');
  const below = (prefix: string) => (name: string) => `${prefix}/${name}`;
  const publish = topicPrefix
    ? // A controller that is not ours says more than we listen to; all of it below its prefix.
      [`${topicPrefix}/#`]
    : driver.subscriptions.map(({ filter }) => filter).map(below(own));
  return {
    username,
    publish: [...publish, ...readerWrites.map(below(own))],
    subscribe: [...driver.listensTo.map(below(topicPrefix ?? own)), ...readerReads.map(below(own))],
  };
}

/** PBKDF2-SHA512 as mosquitto_passwd writes it: `$7$iterations$salt$hash`, base64. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(12);
  const hash = await derive(secret, salt, iterations, hashBytes, 'sha512');
  return `$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

async function secretMatches(stored: string, secret: string): Promise<boolean> {
  const [, scheme, rounds, salt, hash] = stored.split('$');
  if (scheme !== '7' || !rounds || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(
    secret,
    Buffer.from(salt, 'base64'),
    Number(rounds),
    expected.length,
    'sha512',
  );
  return timingSafeEqual(actual, expected);
}
