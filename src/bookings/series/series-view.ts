import { isStaff } from '../../people/actor.js';
import type { Actor } from '../../people/actor.js';
import type { Sql } from '../../platform/database/database.js';
import { DomainError } from '../../platform/problems/problem.js';
import { bookingView, selectBookings } from '../booking-view.js';
import type { BookingRow } from '../booking-view.js';
import { occupyingStates } from '../booking.states.js';
import type { BookingState } from '../booking.states.js';
import type { BookingDto } from '../bookings.dto.js';
import { expandSeries } from './recurrence.rules.js';
import type { SeriesDto } from './series.dto.js';
import { selectSeries, seriesOf, wall as wallTime, wallText } from './series-row.js';
import type { SeriesRow } from './series-row.js';

/** The series as its owner and staff see it. @throws series.unknown */
export async function seriesView(sql: Sql, actor: Actor, id: string): Promise<SeriesDto> {
  const row = await sql.row<SeriesRow>(`${selectSeries} WHERE s.id = $1`, [id]);
  if (!row || !(isStaff(actor) || row.memberId === actor.id))
    throw new DomainError('series.unknown');
  const bookings = await bookingsOf(sql, id);
  const { occurrences = [] } = expandSeries(seriesOf(row));
  const shown = occurrences.map(({ wall, interval }) => {
    const occurrence = wall.startsAt.toString();
    const booking = latest(
      bookings.filter((one) => wallTime(one.occurrence).equals(wall.startsAt)),
    );
    return {
      occurrence,
      startsAt: interval?.startsAt.toISOString() ?? null,
      endsAt: interval?.endsAt.toISOString() ?? null,
      booking: booking ? bookingView(actor, booking) : null,
    };
  });
  const { firstStartsAt: _starts, firstEndsAt: _ends, ...about } = row;
  return { ...about, createdAt: row.createdAt.toISOString(), occurrences: shown };
}

/** What of it was placed, by start. */
export async function placedBookings(sql: Sql, actor: Actor, id: string): Promise<BookingDto[]> {
  return (await bookingsOf(sql, id)).map((booking) => bookingView(actor, booking));
}

interface BookingOfSeries extends BookingRow {
  occurrence: string;
}

async function bookingsOf(sql: Sql, seriesId: string): Promise<BookingOfSeries[]> {
  const rows = await sql.rows<BookingOfSeries>(
    `SELECT b.*, ${wallText('o.occurrence')} AS occurrence
       FROM (${selectBookings} WHERE b.series_id = $1) b JOIN bookings o ON o.id = b.id
      ORDER BY b."startsAt", b.id`,
    [seriesId],
  );
  return rows;
}

/** The one that stands, or else the last that did. */
function latest(bookings: readonly BookingOfSeries[]): BookingOfSeries | undefined {
  const occupies = ({ state }: BookingRow) =>
    (occupyingStates as readonly BookingState[]).includes(state);
  return bookings.find(occupies) ?? bookings.at(-1);
}
