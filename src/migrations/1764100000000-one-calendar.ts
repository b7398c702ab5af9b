import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Maintenance, outages and offers stand in the same table as bookings, so that one exclusion
 * constraint sees them all; rules are inherited from lab and machine type; overrides are audited.
 */
export class OneCalendar1764100000000 implements MigrationInterface {
  name = 'OneCalendar1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  /** Windows and offers have no place in the tables before: they go. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE bookings
     ADD COLUMN kind text NOT NULL DEFAULT 'booking',
     ADD COLUMN version integer NOT NULL DEFAULT 1,
     ADD COLUMN created_by uuid,
     ALTER COLUMN member_id DROP NOT NULL`,
  `ALTER TABLE bookings ADD CONSTRAINT bookings_kind
     CHECK (kind IN ('booking', 'offer', 'maintenance', 'outage'))`,
  `ALTER TABLE bookings ADD CONSTRAINT bookings_member_known
     CHECK ((member_id IS NULL) = (kind IN ('maintenance', 'outage')))`,
  `ALTER TABLE bookings ADD CONSTRAINT bookings_created_by_fk FOREIGN KEY (created_by)
     REFERENCES members(id) ON DELETE NO ACTION ON UPDATE NO ACTION`,
  `ALTER TABLE labs ADD COLUMN rules jsonb NOT NULL DEFAULT '{}'`,
  `CREATE TABLE machine_type_rules (
     lab_id uuid NOT NULL,
     machine_type text NOT NULL,
     rules jsonb NOT NULL DEFAULT '{}',
     CONSTRAINT machine_type_rules_pk PRIMARY KEY (lab_id, machine_type))`,
  `ALTER TABLE machine_type_rules ADD CONSTRAINT machine_type_rules_lab_fk FOREIGN KEY (lab_id)
     REFERENCES labs(id) ON DELETE CASCADE ON UPDATE NO ACTION`,
  `ALTER TABLE lab_closures ADD COLUMN machine_id uuid`,
  `ALTER TABLE lab_closures ADD CONSTRAINT lab_closures_machine_fk FOREIGN KEY (machine_id)
     REFERENCES machines(id) ON DELETE CASCADE ON UPDATE NO ACTION`,
  `CREATE TABLE audit (
     id bigserial NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     actor_kind text NOT NULL,
     actor_id uuid,
     action text NOT NULL,
     subject_kind text NOT NULL,
     subject_id uuid NOT NULL,
     reason text,
     facts jsonb NOT NULL DEFAULT '{}',
     CONSTRAINT audit_pk PRIMARY KEY (id))`,
  `CREATE INDEX audit_subject ON audit (subject_id, id)`,
  `CREATE INDEX audit_actor ON audit (actor_id, id)`,
];

const down = [
  'DROP TABLE audit',
  'ALTER TABLE lab_closures DROP COLUMN machine_id',
  'DROP TABLE machine_type_rules',
  'ALTER TABLE labs DROP COLUMN rules',
  `UPDATE jobs SET booking_id = NULL WHERE booking_id IN (SELECT id FROM bookings WHERE kind <> 'booking')`,
  `DELETE FROM bookings WHERE kind <> 'booking'`,
  `ALTER TABLE bookings
     DROP COLUMN kind, DROP COLUMN version, DROP COLUMN created_by,
     ALTER COLUMN member_id SET NOT NULL`,
];
