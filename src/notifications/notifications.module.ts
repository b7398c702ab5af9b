import { Module } from '@nestjs/common';
import { BookingsModule } from '../bookings/bookings.module.js';
import { NotificationsController } from './notifications.controller.js';
import { ReadyAlternatives } from './ready-alternatives.js';

@Module({
  imports: [BookingsModule],
  controllers: [NotificationsController],
  providers: [ReadyAlternatives],
})
export class NotificationsModule {}
