import { v7 as uuid } from 'uuid';
import { audit } from '../platform/audit/audit.js';
import type { Sql } from '../platform/database/database.js';
import { sqlState } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import type { By } from './actor.js';
import { lastDay } from './certification.rules.js';
import type { ValidDays } from './certification.rules.js';
import { training } from './trainings.js';

export interface CertificationRow {
  id: string;
  memberId: string;
  trainingId: string;
  trainingName: string;
  validFrom: string;
  validUntil: string | null;
  givenBy: string | null;
  givenByName: string | null;
  givenAt: Date;
  revokedAt: Date | null;
  revokedBy: string | null;
  revokedByName: string | null;
  revocationReason: string | null;
}

export interface NewCertification {
  readonly memberId: string;
  readonly trainingId: string;
  /** Left out: today, as UTC has it. */
  readonly validFrom?: string;
  /** Left out: as long as the training says; null: without end. */
  readonly validUntil?: string | null;
}

// A day is no instant: read as text, no zone of ours moves it.
const selectCertifications = `
  SELECT c.id, c.member_id AS "memberId", c.training_id AS "trainingId", t.name AS "trainingName",
         c.valid_from::text AS "validFrom", c.valid_until::text AS "validUntil",
         c.given_by AS "givenBy", g.name AS "givenByName", c.given_at AS "givenAt",
         c.revoked_at AS "revokedAt", c.revoked_by AS "revokedBy", r.name AS "revokedByName",
         c.revocation_reason AS "revocationReason"
    FROM certifications c JOIN trainings t ON t.id = c.training_id
    LEFT JOIN members g ON g.id = c.given_by LEFT JOIN members r ON r.id = c.revoked_by`;

/** @throws training.unknown, member.unknown, certification.days */
export async function giveCertification(
  sql: Sql,
  asked: NewCertification,
  by: By,
): Promise<CertificationRow> {
  const { memberId, trainingId } = asked;
  const { validFor } = await training(sql, trainingId);
  const validFrom = asked.validFrom ?? new Date().toISOString().slice(0, 10);
  const validUntil =
    asked.validUntil === undefined ? lastDay(validFrom, validFor) : asked.validUntil;
  if (validUntil !== null && validUntil < validFrom) throw new DomainError('certification.days');
  const id = uuid();
  try {
    await sql.run(
      `INSERT INTO certifications (id, training_id, member_id, valid_from, valid_until, given_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, trainingId, memberId, validFrom, validUntil, by.id],
    );
  } catch (error) {
    if (sqlState(error) === '23503') throw new DomainError('member.unknown');
    throw error;
  }
  const facts = { trainingId, memberId, validFrom, validUntil };
  await audit(sql, {
    action: 'certification.given',
    by,
    subject: { kind: 'certification', id },
    facts,
  });
  return certification(sql, id);
}

/** Counts at once for bookings to come; those that stand are for staff to look at. */
export async function revokeCertification(
  sql: Sql,
  id: string,
  by: By,
  reason: string,
): Promise<CertificationRow> {
  const revoked = await sql.row<{ trainingId: string; memberId: string }>(
    `UPDATE certifications SET revoked_at = now(), revoked_by = $2, revocation_reason = $3
      WHERE id = $1 AND revoked_at IS NULL
     RETURNING training_id AS "trainingId", member_id AS "memberId"`,
    [id, by.id, reason],
  );
  const present = await certification(sql, id);
  if (!revoked) throw new DomainError('certification.revoked');
  await audit(sql, {
    action: 'certification.revoked',
    by,
    subject: { kind: 'certification', id },
    reason,
    facts: revoked,
  });
  return present;
}

/** The newest first, also those that ended or were revoked. */
export function certificationsOf(sql: Sql, memberId: string): Promise<CertificationRow[]> {
  return sql.rows<CertificationRow>(
    `${selectCertifications} WHERE c.member_id = $1 ORDER BY c.id DESC`,
    [memberId],
  );
}

/** The days for which the member may, of each of those trainings. */
export async function validDays(
  sql: Sql,
  memberId: string,
  trainingIds: readonly string[],
): Promise<Map<string, ValidDays[]>> {
  const rows = await sql.rows<ValidDays & { trainingId: string }>(
    `SELECT training_id AS "trainingId", valid_from::text AS "from", valid_until::text AS until
       FROM certifications
      WHERE member_id = $1 AND training_id = ANY($2) AND revoked_at IS NULL`,
    [memberId, trainingIds],
  );
  const days = new Map<string, ValidDays[]>();
  for (const { trainingId, from, until } of rows) {
    days.set(trainingId, [...(days.get(trainingId) ?? []), { from, until }]);
  }
  return days;
}

async function certification(sql: Sql, id: string): Promise<CertificationRow> {
  const found = await sql.row<CertificationRow>(`${selectCertifications} WHERE c.id = $1`, [id]);
  if (!found) throw new DomainError('certification.unknown');
  return found;
}
