import { Injectable } from '@nestjs/common';
import { Availability } from '../bookings/availability.js';
import type { Slot } from '../bookings/availability.js';
import { heldTrainings } from '../bookings/held-training.js';
import type { HeldTraining } from '../bookings/held-training.js';
import { moveBooking } from '../bookings/move-booking.js';
import { PlaceBooking } from '../bookings/place-booking.js';
import { Catalogue } from '../machines/catalogue.js';
import type { CatalogueMachine } from '../machines/catalogue.js';
import type { MachineType } from '../machines/machine-facts.js';
import { bySystem } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { certifiedThroughout } from '../people/certification.rules.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { enqueue } from '../platform/outbox/outbox.js';
import { DomainError } from '../platform/problems/problem.js';
import type { JobEstimate } from './estimate.js';
import { fitsMachine, slotSeconds } from './fit.rules.js';
import type { JobState } from './job.states.js';
import { advanceJob } from './jobs.messages.js';
import { announceJob, wrongState } from './move-job.js';

interface BookableJob {
  state: JobState;
  memberId: string;
  bookingId: string | null;
  machineType: MachineType | null;
  machineId: string | null;
  estimate: JobEstimate | null;
}

const proposed = { days: 14, perMachine: 3, limit: 12 };

/** The estimate proposes the slot; taking it makes the booking the job will run in. */
@Injectable()
export class BookJob {
  constructor(
    private readonly placing: PlaceBooking,
    private readonly availability: Availability,
    private readonly catalogue: Catalogue,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws job.no_estimate, job.state */
  async proposals(jobId: string, from: Date | null): Promise<(Slot & { machineName: string })[]> {
    const { job, estimate } = await this.bookable(jobId);
    const now = this.clock.now();
    const fitting = await this.fitting(job, estimate);
    const trainings = await heldTrainings(this.database, fitting, job.memberId);
    const found = await Promise.all(
      fitting.map((machine) =>
        this.availability.firstSlots([machine], from && from > now ? from : now, {
          seconds: slotSeconds(estimate, machine.rules),
          days: proposed.days,
          limit: proposed.perMachine,
          now,
        }),
      ),
    );
    const online = (slot: Slot) => {
      const machine = fitting.find(({ id }) => id === slot.machineId);
      return machine && this.catalogue.liveOf(machine).connection === 'online' ? 0 : 1;
    };
    return found
      .flat()
      .filter((slot) => mayUse(trainings.get(slot.machineId), fitting, slot))
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || online(a) - online(b))
      .slice(0, proposed.limit)
      .map((slot) => ({
        ...slot,
        machineName: fitting.find(({ id }) => id === slot.machineId)?.name ?? '',
      }));
  }

  /** @throws job.booked, job.unfit_machine, and what placing a booking throws */
  async book(
    actor: Actor,
    jobId: string,
    machineId: string,
    startsAt: Date | null,
  ): Promise<string> {
    const { job, estimate } = await this.bookable(jobId);
    if (job.bookingId !== null) throw new DomainError('job.booked', { bookingId: job.bookingId });
    const machine = await this.catalogue.machine(machineId);
    if (!fitsMachine({ ...job, estimate }, machine)) throw new DomainError('job.unfit_machine');
    const bookingId = await this.placing.place(actor, {
      machineId,
      startsAt,
      endsAt: null,
      duration: slotSeconds(estimate, machine.rules),
      purpose: null,
      memberId: job.memberId === actor.id ? null : job.memberId,
      override: false,
      approved: job.state === 'queued',
    });
    await this.attach(jobId, bookingId);
    return bookingId;
  }

  private async attach(jobId: string, bookingId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const attached = await sql.run(
        `UPDATE jobs SET booking_id = $2
          WHERE id = $1 AND booking_id IS NULL AND state IN ('awaiting_approval', 'queued')`,
        [jobId, bookingId],
      );
      if (attached === 0) {
        // Decided or booked in the meantime: the slot goes back before anyone is told of it.
        await moveBooking(sql, bookingId, 'cancelled', bySystem);
        return;
      }
      await announceJob(sql, jobId);
      await enqueue(sql, advanceJob, `job:${jobId}`, { jobId });
    });
    const job = await this.database.row<{ bookingId: string | null }>(
      'SELECT booking_id AS "bookingId" FROM jobs WHERE id = $1',
      [jobId],
    );
    if (job?.bookingId !== bookingId) throw await wrongState(this.database, jobId);
  }

  private async bookable(jobId: string): Promise<{ job: BookableJob; estimate: JobEstimate }> {
    const job = await this.database.row<BookableJob>(
      `SELECT state, member_id AS "memberId", booking_id AS "bookingId", estimate,
              machine_type AS "machineType", machine_id AS "machineId"
         FROM jobs WHERE id = $1`,
      [jobId],
    );
    if (!job) throw new DomainError('job.unknown');
    if (job.state === 'analysing') throw new DomainError('job.no_estimate');
    if (job.state !== 'awaiting_approval' && job.state !== 'queued') {
      throw new DomainError('job.state', { state: job.state });
    }
    if (!job.estimate) throw new DomainError('job.no_estimate');
    return { job, estimate: job.estimate };
  }

  private async fitting(job: BookableJob, estimate: JobEstimate): Promise<CatalogueMachine[]> {
    const machines = await this.catalogue.machines(
      job.machineType ? { machineType: job.machineType } : {},
    );
    return machines.filter((machine) => fitsMachine({ ...job, estimate }, machine));
  }
}

/** A slot on a machine whose training the member does not hold that day is no proposal. */
function mayUse(
  training: HeldTraining | undefined,
  machines: readonly CatalogueMachine[],
  slot: Slot,
): boolean {
  if (!training) return true;
  const timeZone = machines.find(({ id }) => id === slot.machineId)?.timeZone;
  return timeZone !== undefined && certifiedThroughout(training.held, timeZone, slot);
}
