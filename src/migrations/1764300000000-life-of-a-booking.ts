import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a booking's life needs beside the booking: words to members that are said once, badges
 * that check in, which downtime a machine is in, and when a run is expected to end.
 */
export class LifeOfABooking1764300000000 implements MigrationInterface {
  name = 'LifeOfABooking1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE TABLE notifications (
     id uuid NOT NULL,
     member_id uuid NOT NULL,
     kind text NOT NULL,
     subject_kind text NOT NULL,
     subject_id uuid NOT NULL,
     facts jsonb NOT NULL DEFAULT '{}',
     key text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     read_at timestamptz,
     CONSTRAINT notifications_pk PRIMARY KEY (id))`,
  `CREATE UNIQUE INDEX notifications_key ON notifications (key)`,
  `CREATE INDEX notifications_member ON notifications (member_id, id)`,
  `ALTER TABLE notifications ADD CONSTRAINT notifications_member_fk FOREIGN KEY (member_id)
     REFERENCES members(id) ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE badges (
     id uuid NOT NULL,
     member_id uuid NOT NULL,
     uid_hash text NOT NULL,
     label text,
     added_by uuid,
     added_at timestamptz NOT NULL DEFAULT now(),
     revoked_by uuid,
     revoked_at timestamptz,
     CONSTRAINT badges_pk PRIMARY KEY (id))`,
  `CREATE UNIQUE INDEX badges_uid ON badges (uid_hash) WHERE revoked_at IS NULL`,
  `CREATE INDEX badges_member ON badges (member_id)`,
  `ALTER TABLE badges ADD CONSTRAINT badges_member_fk FOREIGN KEY (member_id)
     REFERENCES members(id) ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE badge_reads (
     machine_id uuid NOT NULL,
     read_key text NOT NULL,
     received_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT badge_reads_pk PRIMARY KEY (machine_id, read_key))`,
  `CREATE INDEX badge_reads_received ON badge_reads (received_at)`,
  `ALTER TABLE badge_reads ADD CONSTRAINT badge_reads_machine_fk FOREIGN KEY (machine_id)
     REFERENCES machines(id) ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE machines ADD COLUMN downtime_id uuid`,
  `ALTER TABLE machine_observations ADD COLUMN run_ends_at timestamptz`,
];

const down = [
  'ALTER TABLE machine_observations DROP COLUMN run_ends_at',
  'ALTER TABLE machines DROP COLUMN downtime_id',
  'DROP TABLE badge_reads',
  'DROP TABLE badges',
  'DROP TABLE notifications',
];
