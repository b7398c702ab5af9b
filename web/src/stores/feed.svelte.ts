import { openLive } from '../api/live';
import type { Booking } from '../api/types';
import { locale } from './locale.svelte';
import { inbox } from './inbox.svelte';
import { session } from './session.svelte';
import { workshop } from './workshop.svelte';

/** A short break is not worth a banner. */
const graceMs = 3_000;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;
const queueDelayMs = 300;

/** The one connection to the live feed, and whether what the pages show is still live. */
class Feed {
  lost = $state(false);
  #source: EventSource | null = null;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #queue: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #interrupted = false;

  start(): () => void {
    this.#open();
    const wake = () => this.#wake();
    window.addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      this.#close();
      this.lost = false;
      this.#interrupted = false;
    };
  }

  #open(): void {
    this.#close();
    this.#source = openLive(locale.current, {
      open: () => this.#opened(),
      lost: (closed) => this.#broken(closed),
      snapshot: ({ machines }) => machines.forEach(({ id, live }) => workshop.putLive(id, live)),
      machine: ({ id, live }) => workshop.putLive(id, live),
      booking: (booking) => this.#heard(booking),
      job: (job) => workshop.putJob(job),
      queue: () => this.#queueChanged(),
      notification: () => inbox.refreshSoon(),
    });
  }

  #opened(): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.#retryMs = firstRetryMs;
    this.lost = false;
    if (this.#interrupted) {
      void workshop.load();
      inbox.refreshSoon();
    }
    this.#interrupted = false;
  }

  #heard(booking: Booking): void {
    workshop.putBooking(booking);
    if (booking.kind === 'offer' && booking.mine) inbox.refreshSoon();
  }

  #broken(closed: boolean): void {
    this.#interrupted = true;
    this.#grace ??= setTimeout(() => (this.lost = true), graceMs);
    if (!closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#again(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  /** The feed hides the status of a refusal: asking for the session tells a 401 from a failure. */
  async #again(): Promise<void> {
    await session.restore();
    if (session.member !== null) this.#open();
  }

  #wake(): void {
    if (document.visibilityState !== 'visible' || this.#source === null) return;
    if (this.#source.readyState === EventSource.CLOSED) void this.#again();
  }

  #queueChanged(): void {
    clearTimeout(this.#queue);
    this.#queue = setTimeout(
      () => void workshop.refreshQueue().catch(() => undefined),
      queueDelayMs,
    );
  }

  #close(): void {
    clearTimeout(this.#grace);
    clearTimeout(this.#retry);
    clearTimeout(this.#queue);
    this.#grace = undefined;
    this.#source?.close();
    this.#source = null;
  }
}

export const feed = new Feed();
