import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bookings in outside calendar programs, and outside calendars as closures. */
export class CalendarFeeds1764600000000 implements MigrationInterface {
  name = 'CalendarFeeds1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  /** Imported closures go with their calendars. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const foreignKey = (table: string, name: string, column: string, to: string, deleting: string) =>
  `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (${column})
     REFERENCES ${to}(id) ON DELETE ${deleting} ON UPDATE NO ACTION`;

const up = [
  `CREATE TABLE calendar_feeds (
     id uuid NOT NULL,
     kind text NOT NULL,
     member_id uuid NOT NULL,
     machine_id uuid,
     lab_id uuid,
     token_hash text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz,
     last_read_at timestamptz,
     CONSTRAINT calendar_feeds_kind CHECK (kind IN ('member', 'machine', 'lab')),
     CONSTRAINT calendar_feeds_what CHECK (
       (kind = 'machine') = (machine_id IS NOT NULL) AND (kind = 'lab') = (lab_id IS NOT NULL)),
     CONSTRAINT calendar_feeds_pk PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX calendar_feeds_token ON calendar_feeds (token_hash)',
  'CREATE INDEX calendar_feeds_member ON calendar_feeds (member_id, id)',
  foreignKey('calendar_feeds', 'calendar_feeds_member_fk', 'member_id', 'members', 'CASCADE'),
  foreignKey('calendar_feeds', 'calendar_feeds_machine_fk', 'machine_id', 'machines', 'CASCADE'),
  foreignKey('calendar_feeds', 'calendar_feeds_lab_fk', 'lab_id', 'labs', 'CASCADE'),
  `CREATE TABLE lab_calendars (
     id uuid NOT NULL,
     lab_id uuid NOT NULL,
     machine_id uuid,
     name text NOT NULL,
     url text,
     created_by uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     last_read_at timestamptz NOT NULL DEFAULT now(),
     ignored jsonb NOT NULL,
     etag text,
     last_modified text,
     read_until timestamptz NOT NULL,
     next_read_at timestamptz,
     last_error jsonb,
     CONSTRAINT lab_calendars_next_read CHECK ((url IS NULL) = (next_read_at IS NULL)),
     CONSTRAINT lab_calendars_pk PRIMARY KEY (id))`,
  'CREATE INDEX lab_calendars_lab ON lab_calendars (lab_id, id)',
  `CREATE INDEX lab_calendars_due ON lab_calendars (next_read_at) WHERE url IS NOT NULL`,
  foreignKey('lab_calendars', 'lab_calendars_lab_fk', 'lab_id', 'labs', 'CASCADE'),
  foreignKey('lab_calendars', 'lab_calendars_machine_fk', 'machine_id', 'machines', 'CASCADE'),
  foreignKey('lab_calendars', 'lab_calendars_created_by_fk', 'created_by', 'members', 'NO ACTION'),
  'ALTER TABLE lab_closures ADD COLUMN calendar_id uuid',
  'CREATE INDEX lab_closures_calendar ON lab_closures (calendar_id) WHERE calendar_id IS NOT NULL',
  foreignKey('lab_closures', 'lab_closures_calendar_fk', 'calendar_id', 'lab_calendars', 'CASCADE'),
];

const down = [
  'DELETE FROM lab_closures WHERE calendar_id IS NOT NULL',
  'ALTER TABLE lab_closures DROP COLUMN calendar_id',
  'DROP TABLE lab_calendars',
  'DROP TABLE calendar_feeds',
];
