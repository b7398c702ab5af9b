import type { Interval } from '../machines/opening-hours.rules.js';
import type { Sql } from '../platform/database/database.js';
import { selectBookings } from './booking-view.js';
import type { BookingRow } from './booking-view.js';

export interface CalendarWindow extends Interval {
  readonly labId: string | null;
  readonly machineId: string | null;
}

/** All that takes a machine within the window: one statement, however full the calendar. */
export function readCalendarWindow(sql: Sql, window: CalendarWindow): Promise<BookingRow[]> {
  const { startsAt, endsAt, labId, machineId } = window;
  return sql.rows<BookingRow>(calendarWindow, [startsAt, endsAt, labId, machineId]);
}

// The states are the exclusion constraint's, word for word, so that its index serves.
export const calendarWindow = `${selectBookings}
  WHERE b.occupied && tstzrange($1, $2)
    AND b.state = ANY (ARRAY['requested'::text, 'confirmed'::text, 'checked_in'::text, 'completed'::text])
    AND m.retired_at IS NULL
    AND ($3::uuid IS NULL OR m.lab_id = $3) AND ($4::uuid IS NULL OR m.id = $4)
  ORDER BY b.machine_id, b.starts_at`;
