import type { paths } from './schema';
import type { Booking, Job, Live, Locale, Notification } from './types';

const address = '/api/v1/live' satisfies keyof paths;

interface MachineLive {
  id: string;
  live: Live;
}

interface LiveEvents {
  snapshot: { machines: MachineLive[] };
  machine: MachineLive;
  booking: Booking;
  /** Without its history. */
  job: Job;
  queue: { machineId: string | null };
  /** The reader's own, without alternatives. */
  notification: Notification;
}

type EventHandlers = { [Name in keyof LiveEvents]: (data: LiveEvents[Name]) => void };

export interface LiveHandlers extends EventHandlers {
  open: () => void;
  lost: (closed: boolean) => void;
}

/**
 * Opens the live feed. The browser reconnects by itself with Last-Event-ID, except after an HTTP
 * refusal: then `lost(true)` is called and the caller has to open a new one.
 */
export function openLive(language: Locale, handlers: LiveHandlers): EventSource {
  // An EventSource sends no Accept-Language of ours.
  const source = new EventSource(`${address}?language=${language}`);
  source.addEventListener('open', () => handlers.open());
  source.addEventListener('error', () => handlers.lost(source.readyState === EventSource.CLOSED));
  const on: EventHandlers = handlers;
  const follow = <Name extends keyof LiveEvents>(name: Name) =>
    source.addEventListener(name, ({ data }: MessageEvent<string>) =>
      on[name](JSON.parse(data) as LiveEvents[Name]),
    );
  follow('snapshot');
  follow('machine');
  follow('booking');
  follow('job');
  follow('queue');
  follow('notification');
  return source;
}
