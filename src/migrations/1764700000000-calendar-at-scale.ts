import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a calendar of a million bookings is read by: a window of time, a page by start, a job. */
export class CalendarAtScale1764700000000 implements MigrationInterface {
  name = 'CalendarAtScale1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE INDEX bookings_start ON bookings (starts_at, id)`,
  `CREATE INDEX bookings_ended_window ON bookings USING gist (tstzrange(starts_at, ends_at))
     WHERE state IN ('completed', 'rejected', 'cancelled', 'expired', 'missed')`,
  `CREATE INDEX jobs_of_booking ON jobs (booking_id, id)`,
];

const down = [
  'DROP INDEX jobs_of_booking',
  'DROP INDEX bookings_ended_window',
  'DROP INDEX bookings_start',
];
