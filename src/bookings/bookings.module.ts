import { Module } from '@nestjs/common';
import { Availability } from './availability.js';
import { AvailabilityController } from './availability.controller.js';
import { BookingSteps } from './booking-steps.js';
import { BookingsController } from './bookings.controller.js';
import { PlaceBooking } from './place-booking.js';

@Module({
  controllers: [BookingsController, AvailabilityController],
  providers: [PlaceBooking, Availability, BookingSteps],
  exports: [PlaceBooking, Availability, BookingSteps],
})
export class BookingsModule {}
