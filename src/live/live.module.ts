import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { LiveController } from './live.controller.js';
import { LiveFeed } from './live-feed.js';

@Module({})
export class LiveModule {
  static forRoot(jobs: DynamicModule): DynamicModule {
    return {
      module: LiveModule,
      imports: [PeopleModule, jobs],
      controllers: [LiveController],
      providers: [LiveFeed],
    };
  }
}
