import { listAccounts, hashSecret } from './mqtt-accounts.js';
import type { AccountRights } from './mqtt-accounts.js';
import type { Sql } from '../platform/database/database.js';

/** Mosquitto's password_file and acl_file, from the same rows the embedded broker reads. */
export async function mosquittoFiles(
  sql: Sql,
  gateway: { username: string; password: string } | null,
): Promise<{ passwords: string; acl: string }> {
  const accounts = await listAccounts(sql);
  const passwords = accounts.map(({ username, secretHash }) => `${username}:${secretHash}`);
  const rights: AccountRights[] = [...accounts];
  if (gateway) {
    passwords.push(`${gateway.username}:${await hashSecret(gateway.password)}`);
    // Machines that are not ours speak under prefixes of their own.
    const everything = ['#'];
    rights.push({ username: gateway.username, publish: everything, subscribe: everything });
  }
  return {
    passwords: lines(passwords),
    acl: lines(rights.map(aclOf)),
  };
}

function aclOf({ username, publish, subscribe }: AccountRights): string {
  return [
    `user ${username}`,
    ...publish.map((topic) => `topic write ${topic}`),
    ...subscribe.map((topic) => `topic read ${topic}`),
    '',
  ].join('\n');
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
