import { v7 as uuid } from 'uuid';
import type { Sql } from '../platform/database/database.js';
import { DomainError } from '../platform/problems/problem.js';
import './machines.problems.js';
import type { OpeningHours } from './opening-hours.rules.js';

export interface NewLab {
  /** Names the lab in MQTT topics. */
  readonly slug: string;
  readonly name: string;
  /** IANA name, for example Europe/Paris. */
  readonly timeZone: string;
  readonly openingHours: OpeningHours;
}

/** @throws lab.slug_taken, lab.time_zone_unknown */
export async function addLab(sql: Sql, lab: NewLab): Promise<string> {
  if (!isTimeZone(lab.timeZone)) throw new DomainError('lab.time_zone_unknown');
  const added = await sql.row<{ id: string }>(
    `INSERT INTO labs (id, slug, name, time_zone, opening_hours) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (slug) DO NOTHING RETURNING id`,
    [uuid(), lab.slug, lab.name, lab.timeZone, JSON.stringify(lab.openingHours)],
  );
  if (!added) throw new DomainError('lab.slug_taken');
  return added.id;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
