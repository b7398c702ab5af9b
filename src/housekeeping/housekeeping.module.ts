import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Housekeeping } from './housekeeping.js';

@Module({})
export class HousekeepingModule {
  static forRoot(asWorker: boolean): DynamicModule {
    return { module: HousekeepingModule, providers: asWorker ? [Housekeeping] : [] };
  }
}
