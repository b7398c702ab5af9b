import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { HandlesMessage } from '../platform/queue/message-handlers.js';
import { bookingDue } from './bookings.messages.js';
import { stepBooking } from './step-booking.js';

const batchSize = 500;

@Injectable()
export class BookingSteps {
  constructor(private readonly database: Database) {}

  @HandlesMessage(bookingDue)
  async onDue({ bookingId }: { bookingId: string }): Promise<void> {
    await this.database.transaction((sql) => stepBooking(sql, bookingId));
  }

  /** Steps whose message a lost queue swallowed; the worker asks for this now and then. */
  async recover(): Promise<void> {
    let late: { id: string }[] = [];
    do {
      late = await this.database.rows<{ id: string }>(lateBookings, [
        late.at(-1)?.id ?? null,
        batchSize,
      ]);
      for (const { id } of late) {
        await this.database.transaction((sql) => stepBooking(sql, id));
      }
    } while (late.length === batchSize);
  }
}

// Those whose step waits in the outbox are not lost.
const lateBookings = `
  SELECT b.id FROM bookings b
   WHERE ((b.state = 'requested' AND b.hold_until <= now() - interval '10 seconds')
       OR (b.state IN ('confirmed', 'checked_in') AND b.starts_at <= now() - interval '10 seconds'
           AND (b.state = 'confirmed' OR b.ends_at <= now() - interval '10 seconds')))
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'step:booking:' || b.id
                      AND o.available_at <= b.ends_at AND b.ends_at > now())
     AND ($1::uuid IS NULL OR b.id > $1)
   ORDER BY b.id LIMIT $2`;
