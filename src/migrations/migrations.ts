import { WalkingLab1764000000000 } from './1764000000000-walking-lab.js';
import { OneCalendar1764100000000 } from './1764100000000-one-calendar.js';
import { ChangingBookings1764200000000 } from './1764200000000-changing-bookings.js';
import { LifeOfABooking1764300000000 } from './1764300000000-life-of-a-booking.js';
import { TrainingsProjectsWaitingList1764400000000 } from './1764400000000-trainings-projects-waiting-list.js';
import { BookingSeries1764500000000 } from './1764500000000-booking-series.js';
import { CalendarFeeds1764600000000 } from './1764600000000-calendar-feeds.js';
import { CalendarAtScale1764700000000 } from './1764700000000-calendar-at-scale.js';
import { FreedTimes1764800000000 } from './1764800000000-freed-times.js';
import { Controllers1764900000000 } from './1764900000000-controllers.js';

/** In the order in which they run. */
export const migrations = [
  WalkingLab1764000000000,
  OneCalendar1764100000000,
  ChangingBookings1764200000000,
  LifeOfABooking1764300000000,
  TrainingsProjectsWaitingList1764400000000,
  BookingSeries1764500000000,
  CalendarFeeds1764600000000,
  CalendarAtScale1764700000000,
  FreedTimes1764800000000,
  Controllers1764900000000,
];
