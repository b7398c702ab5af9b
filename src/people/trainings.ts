import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { sqlState } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import './people.problems.js';

export interface TrainingRow {
  readonly id: string;
  /** Null: good in every lab. */
  readonly labId: string | null;
  readonly name: string;
  /** ISO 8601, for example P2Y; null: without end. */
  readonly validFor: string | null;
}

const columns = 'id, lab_id AS "labId", name, valid_for AS "validFor"';

/** @throws lab.unknown */
export async function addTraining(
  sql: Sql,
  training: { name: string; labId?: string | null; validFor?: string | null },
): Promise<TrainingRow> {
  try {
    const added = await sql.row<TrainingRow>(
      `INSERT INTO trainings (id, lab_id, name, valid_for) VALUES ($1, $2, $3, $4)
       RETURNING ${columns}`,
      [uuid(), training.labId ?? null, training.name.trim(), training.validFor ?? null],
    );
    if (!added) throw new Error('a training was not added');
    return added;
  } catch (error) {
    if (sqlState(error) === '23503') throw new DomainError('lab.unknown');
    throw error;
  }
}

export function listTrainings(sql: Sql, after: string | null, limit: number) {
  return sql.rows<TrainingRow>(
    `SELECT ${columns} FROM trainings WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
    [after, limit],
  );
}

/** @throws training.unknown */
export async function training(sql: Sql, id: string): Promise<TrainingRow> {
  const found = await sql.row<TrainingRow>(`SELECT ${columns} FROM trainings WHERE id = $1`, [id]);
  if (!found) throw new DomainError('training.unknown');
  return found;
}
