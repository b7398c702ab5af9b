import { randomBytes } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sql } from './database.js';

/** Keys that every copy of the process shares and nobody types in. */
@Entity('instance_secrets')
export class InstanceSecret {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'instance_secrets_pk' })
  name: string;

  @Column('text')
  secret: string;
}

/** The key of that name, made at its first use; the same for all copies. */
export async function instanceSecret(sql: Sql, name: string): Promise<Buffer> {
  await sql.run(
    'INSERT INTO instance_secrets (name, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [name, randomBytes(32).toString('base64')],
  );
  const row = await sql.row<{ secret: string }>(
    'SELECT secret FROM instance_secrets WHERE name = $1',
    [name],
  );
  if (!row) throw new Error(`The key ${name} vanished`);
  return Buffer.from(row.secret, 'base64');
}
