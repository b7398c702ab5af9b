import { SvelteMap } from 'svelte/reactivity';
import { placeBooking } from '../api/bookings';
import type { NewBooking } from '../api/bookings';
import type { Alternative } from '../api/problem';
import { placeSeries } from '../api/series';
import type { Booking, Interval, PlacedSeries } from '../api/types';
import { placeAndSay } from '../booking-actions';
import { m } from '../paraglide/messages.js';
import { notices } from '../stores/notices.svelte';
import { session } from '../stores/session.svelte';
import { workshop } from '../stores/workshop.svelte';
import { noRepeat, ruleOf, startsOf } from './repeat';
import { repeatSentence } from './repeat-words';

/** In milliseconds; `to` is null while only the day of the first one is known. */
export interface First {
  from: number;
  to: number | null;
}
type Wanted = Omit<NewBooking, keyof Interval | 'duration'> & Interval;

/** A booking that is being asked for, once or repeatedly, and what comes of it. */
export class BookingAttempt {
  repeat = $state(noRepeat());
  /** What of a series was placed, where some of its dates could not be had. */
  partly = $state.raw<PlacedSeries | null>(null);
  /** What was taken instead, by the date that it stands in for. */
  readonly instead = new SvelteMap<string, Booking>();
  readonly starts = $derived.by(() => startsOf(this.repeat, this.#first().from, workshop.timeZone));
  /** Null: it is one booking. */
  readonly rule = $derived.by(() => (this.starts.length < 2 ? null : ruleOf(this.repeat)));
  /** What the series is, in a sentence; empty where there is none. */
  readonly words = $derived.by(() => {
    const { from, to } = this.#first();
    if (to === null || this.rule === null) return '';
    return repeatSentence(this.repeat, this.starts, to - from);
  });
  readonly #first: () => First;
  #asked: Wanted | null = null;

  constructor(first: () => First) {
    this.#first = first;
  }

  /**
   * Resolves to true when nothing is left to be told. `reason`: why staff decide against the
   * rules.
   */
  async place(wanted: Wanted, reason: string | null): Promise<boolean> {
    this.#asked = wanted;
    const { rule } = this;
    if (rule === null) {
      await placeAndSay(wanted, reason);
      return true;
    }
    const { words } = this;
    const { onConflict } = this.repeat;
    const placed = await placeSeries({ ...wanted, rule, onConflict }, reason);
    placed.bookings.forEach((booking) => workshop.putBooking(booking));
    if (placed.skipped.length > 0) {
      this.partly = placed;
      return false;
    }
    notices.say(doneText(placed, words));
    return true;
  }

  /** Another slot for that date, on its own. */
  async take(date: string, { machineId, startsAt, endsAt }: Alternative): Promise<void> {
    const { purpose = null, memberId = null, projectId = null } = this.#asked ?? {};
    const about = { purpose, memberId, projectId };
    const booking = await placeBooking({ machineId, startsAt, endsAt, ...about });
    workshop.putBooking(booking);
    this.instead.set(date, booking);
  }
}

function doneText({ bookings, machineId }: PlacedSeries, words: string): string {
  const machine = workshop.machineName(machineId) ?? m.the_machine();
  const facts = { machine, words };
  const first = bookings[0];
  if (first?.state === 'requested') return m.series_requested(facts);
  return first?.memberId === session.member?.id
    ? m.series_done(facts)
    : m.series_done_for({ ...facts, member: first?.memberName ?? m.actor_member() });
}
