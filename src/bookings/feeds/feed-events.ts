import { isStaff } from '../../people/actor.js';
import type { Locale } from '../../people/member.entity.js';
import type { BookingState } from '../booking.states.js';
import type { Feed, FeedEvent } from '../calendars/icalendar.js';
import type { FeedBooking } from './feed-bookings.js';
import type { OpenFeed } from './feeds.js';

/** How often programs should ask again. */
const refreshInterval = 'PT15M';

/** The calendar of a feed in its owner's words; others' bookings only take time, unless to staff. */
export function feedCalendar(feed: OpenFeed, bookings: readonly FeedBooking[]): Feed {
  return {
    name: feed.name ?? words[feed.locale].mine,
    events: bookings.map((booking) => feedEvent(feed, booking)),
    refreshInterval,
  };
}

function feedEvent(feed: OpenFeed, booking: FeedBooking): FeedEvent {
  const downtime = booking.memberId === null;
  const mayRead = isStaff(feed) || booking.memberId === feed.memberId;
  const description = mayRead || downtime ? booking.purpose : null;
  return {
    uid: `${booking.id}@creneau`,
    sequence: booking.version,
    status: statusOf(booking.state, mayRead || downtime),
    startsAt: booking.startsAt,
    endsAt: endOf(booking, mayRead ? booking.endsAt : booking.busyUntil),
    timeZone: booking.timeZone,
    summary: summaryOf(feed, booking, mayRead),
    ...(description ? { description } : {}),
    location: booking.labName,
    lastModified: booking.changedAt,
  };
}

/** A program shows seconds; one that ended at once still took some. */
function endOf({ startsAt }: FeedBooking, endsAt: Date): Date {
  return new Date(Math.max(endsAt.getTime(), startsAt.getTime() + 1_000));
}

/** Whether another's booking still waits for a decision is not everybody's to know. */
function statusOf(state: BookingState, mayRead: boolean): FeedEvent['status'] {
  switch (state) {
    case 'requested':
      return mayRead ? 'TENTATIVE' : 'CONFIRMED';
    case 'confirmed':
    case 'checked_in':
    case 'completed':
      return 'CONFIRMED';
    case 'rejected':
    case 'cancelled':
    case 'expired':
    case 'missed':
      return 'CANCELLED';
  }
}

function summaryOf(feed: OpenFeed, booking: FeedBooking, mayRead: boolean): string {
  const { machineName } = booking;
  if (feed.kind === 'member') return machineName;
  const what = whatTakes(booking, words[feed.locale], mayRead);
  return feed.kind === 'lab' ? `${machineName} – ${what}` : what;
}

function whatTakes(
  { kind, memberName }: FeedBooking,
  { busy, maintenance, outage }: (typeof words)[Locale],
  mayRead: boolean,
): string {
  if (kind === 'maintenance') return maintenance;
  if (kind === 'outage') return outage;
  return (mayRead && memberName) || busy;
}

const words = {
  fr: {
    mine: 'Mes réservations',
    busy: 'Occupé',
    maintenance: 'Maintenance',
    outage: 'Hors service',
  },
  en: { mine: 'My bookings', busy: 'Busy', maintenance: 'Maintenance', outage: 'Out of order' },
} as const satisfies Record<Locale, unknown>;
