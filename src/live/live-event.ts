import { isStaff } from '../people/actor.js';
import type { Actor } from '../people/actor.js';
import type { Language } from '../platform/problems/problem.js';

export type LiveEventName = 'machine' | 'booking' | 'job' | 'queue' | 'notification';

/** One event, serialised once for each group of people that may see the same. */
export interface LiveEvent {
  readonly sequence: number;
  readonly machineId: string | null;
  readonly everyone: Buffer | null;
  readonly staff: Readonly<Record<Language, Buffer>> | null;
  readonly owner: {
    readonly memberId: string;
    readonly texts: Readonly<Record<Language, Buffer>>;
  } | null;
}

/** What a listener asked for: one machine or all, in which language. */
export interface Wish {
  readonly machineId: string | null;
  readonly language: Language;
}

export function visibleTo(event: LiveEvent, actor: Actor, wish: Wish): Buffer | null {
  const { machineId, language } = wish;
  if (machineId !== null && event.machineId !== null && event.machineId !== machineId) return null;
  if (event.staff && isStaff(actor)) return event.staff[language];
  if (event.owner?.memberId === actor.id) return event.owner.texts[language];
  return event.everyone;
}

/** The wire form of server-sent events, WHATWG HTML 9.2. */
export function frame(id: string, name: string, data: unknown): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
