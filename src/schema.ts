import { BadgeRead } from './bookings/badges/badge-read.entity.js';
import { BookingHistory, Booking } from './bookings/booking.entity.js';
import { BookingSeries } from './bookings/series/booking-series.entity.js';
import { FreedTime } from './bookings/waiting-list/freed-time.entity.js';
import { CalendarFeed } from './bookings/feeds/calendar-feed.entity.js';
import { LabCalendar } from './bookings/lab-calendars/lab-calendar.entity.js';
import { WaitingOffer, Wish } from './bookings/waiting-list/wish.entity.js';
import { Dispatch } from './jobs/dispatch.entity.js';
import { JobFile } from './jobs/job-file.entity.js';
import { FabricationJob, JobHistory } from './jobs/job.entity.js';
import { Command } from './machines/command.entity.js';
import { Lab, LabClosure, MachineTypeRules } from './machines/lab.entity.js';
import { MachineHistory, MachineObservation } from './machines/machine-observation.entity.js';
import { Machine } from './machines/machine.entity.js';
import { MqttAccount } from './machines/mqtt-account.entity.js';
import { Badge } from './people/badge.entity.js';
import { Member } from './people/member.entity.js';
import { Notification } from './people/notification.entity.js';
import { Project, ProjectMember } from './people/project.entity.js';
import { SignIn, SignInFailure } from './people/sign-in.entity.js';
import { Certification, Training } from './people/training.entity.js';
import { AuditEntry } from './platform/audit/audit.entity.js';
import { IdempotencyKey } from './platform/http/idempotency.entity.js';
import { InstanceSecret } from './platform/database/instance-secret.js';
import { DeadLetter, OutboxRow } from './platform/outbox/outbox.entity.js';
import { migrations } from './migrations/migrations.js';

/** Every table and every step to it, for the program and for its command line. */
export const entities = [
  Member,
  Badge,
  Notification,
  SignIn,
  SignInFailure,
  Training,
  Certification,
  Project,
  ProjectMember,
  Lab,
  LabClosure,
  MachineTypeRules,
  Machine,
  MachineObservation,
  MachineHistory,
  MqttAccount,
  Command,
  BookingSeries,
  Booking,
  BookingHistory,
  BadgeRead,
  Wish,
  WaitingOffer,
  FreedTime,
  CalendarFeed,
  LabCalendar,
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
