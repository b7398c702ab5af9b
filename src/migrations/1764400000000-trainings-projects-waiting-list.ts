import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may use which machine, what time is counted on, and who waits for time that is freed. */
export class TrainingsProjectsWaitingList1764400000000 implements MigrationInterface {
  name = 'TrainingsProjectsWaitingList1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const foreignKey = (table: string, name: string, column: string, to: string, deleting: string) =>
  `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (${column})
     REFERENCES ${to}(id) ON DELETE ${deleting} ON UPDATE NO ACTION`;

const up = [
  `CREATE TABLE trainings (
     id uuid NOT NULL,
     lab_id uuid,
     name text NOT NULL,
     valid_for text,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT trainings_pk PRIMARY KEY (id))`,
  foreignKey('trainings', 'trainings_lab_fk', 'lab_id', 'labs', 'CASCADE'),
  `CREATE TABLE certifications (
     id uuid NOT NULL,
     training_id uuid NOT NULL,
     member_id uuid NOT NULL,
     valid_from date NOT NULL,
     valid_until date,
     given_by uuid,
     given_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz,
     revoked_by uuid,
     revocation_reason text,
     CONSTRAINT certifications_order CHECK (valid_until IS NULL OR valid_from <= valid_until),
     CONSTRAINT certifications_pk PRIMARY KEY (id))`,
  'CREATE INDEX certifications_member ON certifications (member_id, training_id)',
  foreignKey('certifications', 'certifications_training_fk', 'training_id', 'trainings', 'CASCADE'),
  foreignKey('certifications', 'certifications_member_fk', 'member_id', 'members', 'CASCADE'),
  foreignKey('certifications', 'certifications_given_by_fk', 'given_by', 'members', 'NO ACTION'),
  foreignKey(
    'certifications',
    'certifications_revoked_by_fk',
    'revoked_by',
    'members',
    'NO ACTION',
  ),
  'ALTER TABLE machines ADD COLUMN required_training_id uuid',
  foreignKey('machines', 'machines_training_fk', 'required_training_id', 'trainings', 'NO ACTION'),
  `CREATE TABLE projects (
     id uuid NOT NULL,
     lab_id uuid NOT NULL,
     name text NOT NULL,
     archived_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT projects_pk PRIMARY KEY (id))`,
  foreignKey('projects', 'projects_lab_fk', 'lab_id', 'labs', 'CASCADE'),
  `CREATE TABLE project_members (
     project_id uuid NOT NULL,
     member_id uuid NOT NULL,
     CONSTRAINT project_members_pk PRIMARY KEY (project_id, member_id))`,
  'CREATE INDEX project_members_member ON project_members (member_id)',
  foreignKey('project_members', 'project_members_project_fk', 'project_id', 'projects', 'CASCADE'),
  foreignKey('project_members', 'project_members_member_fk', 'member_id', 'members', 'CASCADE'),
  'ALTER TABLE bookings ADD COLUMN project_id uuid',
  foreignKey('bookings', 'bookings_project_fk', 'project_id', 'projects', 'NO ACTION'),
  `CREATE INDEX bookings_project ON bookings (project_id, starts_at) WHERE project_id IS NOT NULL`,
  `CREATE TABLE waiting_list (
     id uuid NOT NULL,
     member_id uuid NOT NULL,
     machine_id uuid,
     machine_type text,
     from_at timestamptz NOT NULL,
     to_at timestamptz NOT NULL,
     seconds integer NOT NULL,
     purpose text,
     state text NOT NULL DEFAULT 'waiting',
     offer_id uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT waiting_list_state CHECK (state IN ('waiting', 'offered', 'taken', 'withdrawn')),
     CONSTRAINT waiting_list_where CHECK ((machine_id IS NULL) <> (machine_type IS NULL)),
     CONSTRAINT waiting_list_room CHECK (seconds > 0 AND from_at < to_at),
     CONSTRAINT waiting_list_offer CHECK ((state IN ('offered', 'taken')) = (offer_id IS NOT NULL)),
     CONSTRAINT waiting_list_pk PRIMARY KEY (id))`,
  `CREATE INDEX waiting_list_line ON waiting_list (created_at, id) WHERE state = 'waiting'`,
  'CREATE INDEX waiting_list_member ON waiting_list (member_id, id)',
  'CREATE UNIQUE INDEX waiting_list_offer_unique ON waiting_list (offer_id)',
  foreignKey('waiting_list', 'waiting_list_member_fk', 'member_id', 'members', 'CASCADE'),
  foreignKey('waiting_list', 'waiting_list_machine_fk', 'machine_id', 'machines', 'CASCADE'),
  foreignKey('waiting_list', 'waiting_list_offer_fk', 'offer_id', 'bookings', 'NO ACTION'),
  `CREATE TABLE waiting_offers (
     offer_id uuid NOT NULL,
     wish_id uuid NOT NULL,
     CONSTRAINT waiting_offers_pk PRIMARY KEY (offer_id))`,
  'CREATE INDEX waiting_offers_wish ON waiting_offers (wish_id)',
  foreignKey('waiting_offers', 'waiting_offers_offer_fk', 'offer_id', 'bookings', 'CASCADE'),
  foreignKey('waiting_offers', 'waiting_offers_wish_fk', 'wish_id', 'waiting_list', 'CASCADE'),
];

const down = [
  'DROP TABLE waiting_offers',
  'DROP TABLE waiting_list',
  'ALTER TABLE bookings DROP COLUMN project_id',
  'DROP TABLE project_members',
  'DROP TABLE projects',
  'ALTER TABLE machines DROP COLUMN required_training_id',
  'DROP TABLE certifications',
  'DROP TABLE trainings',
];
