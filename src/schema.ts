import { BookingHistory, Booking } from './bookings/booking.entity.js';
import { Dispatch } from './jobs/dispatch.entity.js';
import { JobFile } from './jobs/job-file.entity.js';
import { FabricationJob, JobHistory } from './jobs/job.entity.js';
import { Command } from './machines/command.entity.js';
import { Lab, LabClosure, MachineTypeRules } from './machines/lab.entity.js';
import { MachineHistory, MachineObservation } from './machines/machine-observation.entity.js';
import { Machine } from './machines/machine.entity.js';
import { MqttAccount } from './machines/mqtt-account.entity.js';
import { Member } from './people/member.entity.js';
import { SignIn, SignInFailure } from './people/sign-in.entity.js';
import { AuditEntry } from './platform/audit/audit.entity.js';
import { IdempotencyKey } from './platform/http/idempotency.entity.js';
import { InstanceSecret } from './platform/database/instance-secret.js';
import { DeadLetter, OutboxRow } from './platform/outbox/outbox.entity.js';
import { migrations } from './migrations/migrations.js';

/** Every table and every step to it, for the program and for its command line. */
export const entities = [
  Member,
  SignIn,
  SignInFailure,
  Lab,
  LabClosure,
  MachineTypeRules,
  Machine,
  MachineObservation,
  MachineHistory,
  MqttAccount,
  Command,
  Booking,
  BookingHistory,
  JobFile,
  FabricationJob,
  JobHistory,
  Dispatch,
  OutboxRow,
  DeadLetter,
  IdempotencyKey,
  InstanceSecret,
  AuditEntry,
];

export { migrations };
