import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bookings that repeat: the rule they follow, and which occurrence of it each of them is. */
export class BookingSeries1764500000000 implements MigrationInterface {
  name = 'BookingSeries1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const foreignKey = (table: string, name: string, column: string, to: string) =>
  `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (${column})
     REFERENCES ${to}(id) ON DELETE NO ACTION ON UPDATE NO ACTION`;

const up = [
  `CREATE TABLE booking_series (
     id uuid NOT NULL,
     machine_id uuid NOT NULL,
     member_id uuid NOT NULL,
     project_id uuid,
     purpose text,
     rule text NOT NULL,
     first_starts_at timestamp NOT NULL,
     first_ends_at timestamp NOT NULL,
     time_zone text NOT NULL,
     created_by uuid NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT booking_series_order CHECK (first_starts_at < first_ends_at),
     CONSTRAINT booking_series_pk PRIMARY KEY (id))`,
  foreignKey('booking_series', 'booking_series_machine_fk', 'machine_id', 'machines'),
  foreignKey('booking_series', 'booking_series_member_fk', 'member_id', 'members'),
  foreignKey('booking_series', 'booking_series_project_fk', 'project_id', 'projects'),
  foreignKey('booking_series', 'booking_series_created_by_fk', 'created_by', 'members'),
  'ALTER TABLE bookings ADD COLUMN series_id uuid, ADD COLUMN occurrence timestamp',
  `ALTER TABLE bookings ADD CONSTRAINT bookings_occurrence_of_series
     CHECK (occurrence IS NULL OR series_id IS NOT NULL)`,
  foreignKey('bookings', 'bookings_series_fk', 'series_id', 'booking_series'),
  'CREATE INDEX bookings_series ON bookings (series_id) WHERE series_id IS NOT NULL',
  `CREATE UNIQUE INDEX bookings_series_occurrence ON bookings (series_id, occurrence)
     WHERE series_id IS NOT NULL AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
];

const down = [
  'ALTER TABLE bookings DROP COLUMN occurrence, DROP COLUMN series_id',
  'DROP TABLE booking_series',
];
