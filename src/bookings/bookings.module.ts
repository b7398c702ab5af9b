import { Module } from '@nestjs/common';
import { Availability } from './availability.js';
import { AvailabilityController } from './availability.controller.js';
import { BookingSteps } from './booking-steps.js';
import { CalendarController } from './calendar.controller.js';
import { ChangeBooking } from './change-booking.js';
import { BookingsController } from './bookings.controller.js';
import { DowntimeController } from './downtime/downtime.controller.js';
import { PlanDowntime } from './downtime/plan-downtime.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { ImportCalendar } from './lab-calendars/import-calendar.js';
import { LabCalendarsController } from './lab-calendars/lab-calendars.controller.js';
import { RefreshCalendars } from './lab-calendars/refresh-calendars.js';
import { NearestSlots } from './nearest-slots.js';
import { PlaceBooking } from './place-booking.js';
import { ChangeSeries } from './series/change-series.js';
import { PlaceSeries } from './series/place-series.js';
import { SeriesAlternatives } from './series/series-alternatives.js';
import { SeriesController } from './series/series.controller.js';
import { UndoSeries } from './series/undo-series.js';
import { OfferFreedTime } from './waiting-list/offer-freed-time.js';
import { WaitingListController } from './waiting-list/waiting-list.controller.js';
import { UndoBooking } from './undo-booking.js';

@Module({
  controllers: [
    SeriesController,
    BookingsController,
    AvailabilityController,
    CalendarController,
    DowntimeController,
    WaitingListController,
    FeedsController,
    LabCalendarsController,
  ],
  providers: [
    PlaceBooking,
    PlaceSeries,
    ChangeSeries,
    UndoSeries,
    SeriesAlternatives,
    ChangeBooking,
    UndoBooking,
    NearestSlots,
    PlanDowntime,
    OfferFreedTime,
    Availability,
    BookingSteps,
    ImportCalendar,
    RefreshCalendars,
  ],
  exports: [PlaceBooking, Availability, BookingSteps, OfferFreedTime, RefreshCalendars],
})
export class BookingsModule {}
