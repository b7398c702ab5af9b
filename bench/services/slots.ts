import { filledDays } from './calendar.js';

/** Free slots beyond the filled calendar; each is handed out once. */
export interface Slots {
  readonly machineIds: readonly string[];
  /** Midnights in UTC, epoch milliseconds, of days on which the lab is open. */
  readonly days: readonly number[];
}

const dayMs = 86_400_000;
const quarterMs = 900_000;
const openDays = 1_500;
/** Within Paris' 09:00 to 19:00, summer and winter. */
const firstHour = 10;
const slotsPerDay = 24;
/** Odd and prime, so that the slots are taken in a scattered order and none twice. */
const stride = 1_000_003;

export function freeSlots(machineIds: readonly string[], now: Date): Slots {
  const days: number[] = [];
  const first = Math.floor(now.getTime() / dayMs) * dayMs + (filledDays + 1) * dayMs;
  for (let day = first; days.length < openDays; day += dayMs) {
    if (new Date(day).getUTCDay() !== 0) days.push(day);
  }
  return { machineIds, days };
}

export interface Slot {
  readonly machineId: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** The slot with that number. @throws where all are used up */
export function slotAt({ machineIds, days }: Slots, number: number): Slot {
  const total = machineIds.length * days.length * slotsPerDay;
  if (number >= total) throw new Error('The bench has no free slots left: shorten the run.');
  const place = (number * stride) % total;
  const machineId = machineIds[place % machineIds.length] ?? '';
  const rest = Math.floor(place / machineIds.length);
  const day = days[Math.floor(rest / slotsPerDay)] ?? 0;
  const startsAt = day + firstHour * 3_600_000 + (rest % slotsPerDay) * quarterMs;
  return {
    machineId,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + quarterMs).toISOString(),
  };
}
