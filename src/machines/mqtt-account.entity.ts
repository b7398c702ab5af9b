import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Machine } from './machine.entity.js';
import { Lab } from './lab.entity.js';

/** Who may sign in to the broker. The same rows serve the embedded broker and Mosquitto's files. */
@Entity('mqtt_accounts')
@Check('mqtt_accounts_kind', `kind IN ('machine', 'observer')`)
@Check('mqtt_accounts_machine', `(kind = 'machine') = (machine_id IS NOT NULL)`)
export class MqttAccount {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'mqtt_accounts_pk' })
  username: string;

  @Column('text')
  kind: 'machine' | 'observer';

  @Column('uuid')
  labId: string;

  @ManyToOne(() => Lab, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'mqtt_accounts_lab_fk' })
  lab: Lab;

  @Index('mqtt_accounts_machine_unique', { unique: true })
  @Column('uuid', { nullable: true })
  machineId: string | null;

  @ManyToOne(() => Machine, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'machine_id', foreignKeyConstraintName: 'mqtt_accounts_machine_fk' })
  machine: Machine | null;

  /** PBKDF2-SHA512 in Mosquitto's `$7$` form. */
  @Column('text')
  secretHash: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
