import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { BadgeReader } from './badge-reader.js';

@Module({})
export class BadgesModule {
  static forRoot(asGateway: boolean): DynamicModule {
    return { module: BadgesModule, providers: asGateway ? [BadgeReader] : [] };
  }
}
