import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a driver must know of a machine's controller, its secrets apart, and its own topics. */
export class Controllers1764900000000 implements MigrationInterface {
  name = 'Controllers1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE machines
     ADD COLUMN controller jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN controller_secrets jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN topic_prefix text,
     ADD CONSTRAINT machines_topic_prefix CHECK (topic_prefix ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*$')`,
  `CREATE UNIQUE INDEX machines_topic_prefix_unique ON machines (topic_prefix)
     WHERE retired_at IS NULL`,
  `CREATE INDEX commands_open_starts ON commands (machine_id, id)
     WHERE type = 'start' AND state IN ('sent', 'accepted') AND settled_at IS NULL`,
];

const down = [
  'DROP INDEX commands_open_starts',
  `ALTER TABLE machines DROP COLUMN controller, DROP COLUMN controller_secrets,
     DROP COLUMN topic_prefix`,
];
