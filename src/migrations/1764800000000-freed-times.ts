import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Time that the waiting list has not been asked about yet: a lost queue does not lose it. */
export class FreedTimes1764800000000 implements MigrationInterface {
  name = 'FreedTimes1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE freed_times');
  }
}

const up = [
  `CREATE TABLE freed_times (
     id uuid NOT NULL,
     machine_id uuid NOT NULL,
     from_at timestamptz NOT NULL,
     to_at timestamptz NOT NULL,
     freed_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT freed_times_pk PRIMARY KEY (id))`,
  `ALTER TABLE freed_times ADD CONSTRAINT freed_times_machine_fk
     FOREIGN KEY (machine_id) REFERENCES machines (id) ON DELETE CASCADE`,
  'CREATE INDEX freed_times_freed ON freed_times (freed_at)',
];
