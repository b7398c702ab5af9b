import type { components, operations } from './schema';

/** Short names for what the API document describes. Instants are RFC 3339, durations ISO 8601. */
type Schemas = components['schemas'];

export type Member = Schemas['MemberDto'];
export type Locale = Member['locale'];

export type Interval = Schemas['IntervalDto'];
export type Lab = Schemas['LabDto'];
export type Closure = Schemas['ClosureDto'];
/** An outside calendar whose events close the lab or a machine. */
export type LabCalendar = Schemas['LabCalendarDto'];
/** With the bookings that stand inside its closures. */
export type ReadCalendar = Schemas['ReadCalendarDto'];
export type OpeningHours = Schemas['OpeningHoursDto'];

export type Machine = Schemas['MachineDto'];
export type MachineType = Machine['machineType'];
/** What the controller last said. `progress` is 0–1, `remaining` seconds. */
export type Live = Schemas['LiveDto'];
export type Availability = Schemas['AvailabilityDto'];

export type Booking = Schemas['BookingDto'];
/** "busy" is all that is told of the booking of somebody else. */
export type BookingState = Booking['state'];

/** Bookings that repeat by a rule. */
export type Series = Schemas['SeriesDto'];
export type PlacedSeries = Schemas['PlacedSeriesDto'];
export type SkippedOccurrence = Schemas['SkippedOccurrenceDto'];
/** How far a change to one of a series reaches: alone, with the later ones, to all to come. */
export type Scope = NonNullable<Schemas['CancelBookingDto']['scope']>;
export type WideScope = Exclude<Scope, 'one'>;

/** An address of one’s own at which calendar programs read bookings. */
export type Feed = Schemas['FeedDto'];
export type NewFeed = Schemas['NewFeedAnswerDto'];
export type WantedFeed = Schemas['NewFeedDto'];

export type Project = Schemas['ProjectDto'];

/** Time that a member waits for, and the slot that is offered of it. */
export type Wish = Schemas['WishDto'];
export type NewWish = Schemas['NewWishDto'];
export type Notification = Schemas['NotificationDto'];

export type Job = Schemas['JobDto'];
export type JobState = Job['state'];
export type Blocker = Job['blockedBy'][number];
export type Check = Schemas['CheckDto'];
export type HistoryEntry = Schemas['JobHistoryDto'];
export type Actor = Schemas['ByDto'];
export type Proposal = Schemas['ProposalDto'];
export type QueueItem = Schemas['QueueItemDto'];
export type Outcome = Schemas['ResolveDto']['outcome'];

export type JobForm = operations['Jobs_submit']['requestBody']['content']['multipart/form-data'];
