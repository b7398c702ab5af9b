import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { Actor } from './actor.js';
import type { Locale, MemberRole } from './member.entity.js';
import { hashPassword } from './password.js';
import './people.problems.js';

export interface NewMember {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly role?: MemberRole;
  readonly locale?: Locale;
}

/** @throws member.email_taken */
export async function addMember(sql: Sql, member: NewMember): Promise<Actor> {
  const added = await sql.row<Actor>(
    `INSERT INTO members (id, email, name, role, locale, password_hash)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (email) DO NOTHING
     RETURNING id, email, name, role, locale`,
    [
      uuid(),
      member.email.trim().toLowerCase(),
      member.name.trim(),
      member.role ?? 'member',
      member.locale ?? 'fr',
      await hashPassword(member.password),
    ],
  );
  if (!added) throw new DomainError('member.email_taken');
  return added;
}

/** Without accents and case: "ines" finds "Inès". */
const plain = (text: string) =>
  `lower(regexp_replace(normalize(${text}, NFD), '[\\u0300-\\u036f]', '', 'g'))`;

/** `search`: part of a name or an address. */
export function listMembers(
  sql: Sql,
  filter: { search: string | null; after: string | null; limit: number },
): Promise<Actor[]> {
  return sql.rows<Actor>(
    `SELECT id, email, name, role, locale FROM members
      WHERE disabled_at IS NULL AND ($1::uuid IS NULL OR id > $1)
        AND ($3::text IS NULL
             OR strpos(${plain('name')}, ${plain('$3')}) > 0 OR strpos(email, lower($3)) > 0)
      ORDER BY id LIMIT $2`,
    [filter.after, filter.limit, filter.search],
  );
}
