import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Catalogue } from '../machines/catalogue.js';
import { machineView } from '../machines/machine-view.js';
import { MachineDto } from '../machines/machines.dto.js';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { CurrentActor } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { DomainError } from '../platform/problems/problem.js';
import { advanceJobsOf } from './dispatches.js';
import { JobView } from './job-view.js';
import { ClearBedDto, QueueDto, QueueQuery } from './jobs.dto.js';

/** What runs next and why it does not run yet; and the bed that must be clear before it does. */
@ApiTags('jobs')
@Controller()
export class QueueController {
  constructor(
    private readonly jobs: JobView,
    private readonly catalogue: Catalogue,
    private readonly database: Database,
  ) {}

  /** Members see their own jobs in it, staff all. */
  @Get('queue')
  @ApiOkResponse({ type: QueueDto })
  async queue(@CurrentActor() actor: Actor, @Query() { machineId }: QueueQuery): Promise<QueueDto> {
    const rows = await this.jobs.list({
      memberId: isStaff(actor) ? null : actor.id,
      states: ['queued', 'staging', 'ready'],
      after: null,
      limit: 200,
    });
    const views = await this.jobs.views(rows, actor.locale);
    const items = views
      .filter((job) => machineId === undefined || job.machineId === machineId)
      .map((job) => ({
        jobId: job.id,
        machineId: job.machineId,
        bookingId: job.bookingId,
        startsAt: job.booking?.startsAt ?? null,
        state: job.state,
        position: job.queuePosition,
        blockedBy: job.blockedBy,
      }))
      .sort((a, b) => (a.startsAt ?? '9').localeCompare(b.startsAt ?? '9'));
    return { items };
  }

  /** The word of somebody who stands there: the piece is off, the next job may start. */
  @Post('machines/:id/clear')
  @HttpCode(200)
  @ApiOkResponse({ type: MachineDto })
  async clear(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() { commandId }: ClearBedDto,
  ): Promise<MachineDto> {
    const machine = await this.catalogue.machine(id);
    if (machine.bedJobId !== null) await this.mustBeTheirs(actor, machine.bedJobId);
    await this.database.transaction(async (sql) => {
      const cleared = await sql.run(
        `UPDATE machines m SET bed_job_id = NULL
          WHERE m.id = $1 AND m.bed_job_id = $2
            AND NOT EXISTS (SELECT 1 FROM dispatches d WHERE d.machine_id = m.id AND d.state = 'running')
            AND ($3::uuid IS NULL OR EXISTS (SELECT 1 FROM commands c
                  WHERE c.id = $3 AND c.machine_id = m.id AND c.job_id = m.bed_job_id AND c.type = 'start'))`,
        [id, machine.bedJobId, commandId ?? null],
      );
      if (cleared === 0) throw new DomainError('bed.state');
      await advanceJobsOf(sql, id);
    });
    return machineView({ ...machine, bedJobId: null }, this.catalogue.liveOf(machine), {
      asStaff: isStaff(actor),
    });
  }

  private async mustBeTheirs(actor: Actor, jobId: string): Promise<void> {
    if (isStaff(actor)) return;
    const job = await this.jobs.find(jobId);
    if (job?.memberId !== actor.id) throw new DomainError('request.forbidden');
  }
}
