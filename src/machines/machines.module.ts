import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Catalogue } from './catalogue.js';
import { CommandCarrier } from './gateway/command-carrier.js';
import { CommandSender } from './gateway/command-sender.js';
import { MachineGateway } from './gateway/machine-gateway.js';
import { Lab } from './lab.entity.js';
import { LabsController } from './labs.controller.js';
import { LiveBoard } from './live/live-board.js';
import { MachinesController } from './machines.controller.js';

@Module({})
export class MachinesModule {
  static forRoot(asGateway: boolean): DynamicModule {
    const gateway = asGateway ? [MachineGateway, CommandCarrier, CommandSender] : [];
    return {
      module: MachinesModule,
      global: true,
      imports: [TypeOrmModule.forFeature([Lab])],
      controllers: [MachinesController, LabsController],
      providers: [Catalogue, LiveBoard, ...gateway],
      exports: [Catalogue, LiveBoard],
    };
  }
}
