import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CertificationsController } from './certifications.controller.js';
import { AuditController } from './audit.controller.js';
import { BadgesController } from './badges.controller.js';
import { MembersController } from './members.controller.js';
import { ProjectsController } from './projects.controller.js';
import { SessionController } from './session.controller.js';
import { SessionGuard } from './session.guard.js';
import { Sessions } from './sessions.js';
import { TrainingsController } from './trainings.controller.js';

@Module({
  controllers: [
    SessionController,
    MembersController,
    BadgesController,
    AuditController,
    TrainingsController,
    CertificationsController,
    ProjectsController,
  ],
  providers: [Sessions, { provide: APP_GUARD, useClass: SessionGuard }],
  exports: [Sessions],
})
export class PeopleModule {}
