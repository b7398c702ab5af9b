import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MembersController } from './members.controller.js';
import { SessionController } from './session.controller.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';

@Module({
  controllers: [SessionController, MembersController],
  providers: [Sessions, { provide: APP_GUARD, useClass: SessionGuard }],
  exports: [Sessions],
})
export class PeopleModule {}
