import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import { CurrentActor, StaffOnly } from '../people/session.guard.js';
import { Database } from '../platform/database/database.js';
import { Id } from '../platform/http/id.pipe.js';
import { PageQuery, page } from '../platform/http/listing.js';
import { IfMatch } from '../platform/http/version.js';
import type { ExpectedVersions } from '../platform/http/version.js';
import { addMachine } from './add-machine.js';
import { Catalogue } from './catalogue.js';
import type { CatalogueMachine } from './catalogue.js';
import { MachineChangesDto } from './catalogue-changes.dto.js';
import { changeMachine } from './change-machine.js';
import { machineView } from './machine-view.js';
import './machines.problems.js';
import { MachineDto, MachinePageDto } from './machines.dto.js';
import { issueMachineSecret } from './mqtt-accounts.js';
import { MachineCredentialsDto, NewMachineDto } from './new-machine.dto.js';
import { machinePrefix } from './topics.js';

@ApiTags('machines')
@Controller('machines')
export class MachinesController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly database: Database,
  ) {}

  @Get()
  @ApiOkResponse({ type: MachinePageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() { limit = 200, after }: PageQuery,
  ): Promise<MachinePageDto> {
    const rows = await this.catalogue.machines({ limit: limit + 1, ...(after ? { after } : {}) });
    const { items, nextCursor } = page(rows, limit, ({ id }) => id);
    return {
      items: items.map((machine) => this.viewed(actor, machine)),
      nextCursor,
    };
  }

  @Get(':id')
  @ApiOkResponse({ type: MachineDto })
  async one(@CurrentActor() actor: Actor, @Id() id: string): Promise<MachineDto> {
    return this.viewed(actor, await this.catalogue.machine(id));
  }

  @StaffOnly()
  @Post()
  @ApiCreatedResponse({ type: MachineDto })
  async add(@CurrentActor() actor: Actor, @Body() machine: NewMachineDto): Promise<MachineDto> {
    const id = await this.database.transaction((sql) => addMachine(sql, machine));
    return this.one(actor, id);
  }

  @StaffOnly()
  @Patch(':id')
  @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag that was read' })
  @ApiOkResponse({ type: MachineDto })
  async change(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() changes: MachineChangesDto,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<MachineDto> {
    await changeMachine(this.database, actor, id, changes, expected);
    return this.one(actor, id);
  }

  /** A new secret for the machine's broker account; the one before ends at its next sign-in. */
  @StaffOnly()
  @Post(':id/credentials')
  @HttpCode(200)
  @ApiOkResponse({ type: MachineCredentialsDto })
  async credentials(@Id() id: string): Promise<MachineCredentialsDto> {
    const machine = await this.catalogue.machine(id);
    const account = await issueMachineSecret(this.database, machine);
    const { lab, slug } = machine;
    return { ...account, topicPrefix: machine.topicPrefix ?? machinePrefix(lab, slug) };
  }

  private viewed(actor: Actor, machine: CatalogueMachine): MachineDto {
    return machineView(machine, this.catalogue.liveOf(machine), { asStaff: isStaff(actor) });
  }
}
