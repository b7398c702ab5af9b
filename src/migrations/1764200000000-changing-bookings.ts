import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a change moved stands in the history; labs and machines have a version to match against. */
export class ChangingBookings1764200000000 implements MigrationInterface {
  name = 'ChangingBookings1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  'ALTER TABLE booking_history ADD COLUMN change jsonb',
  'ALTER TABLE labs ADD COLUMN version integer NOT NULL DEFAULT 1',
  'ALTER TABLE machines ADD COLUMN version integer NOT NULL DEFAULT 1',
];

const down = [
  'ALTER TABLE machines DROP COLUMN version',
  'ALTER TABLE labs DROP COLUMN version',
  'ALTER TABLE booking_history DROP COLUMN change',
];
