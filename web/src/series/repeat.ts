import { daysLater, monthsLater, wallText } from '../calendar/wall';

export const patterns = ['never', 'daily', 'weekly', 'fortnightly', 'monthly'] as const;
export type Pattern = (typeof patterns)[number];
export const endings = ['times', 'until'] as const;

/** How often somebody wants the same again, as it is asked for in words. */
export interface Repeat {
  pattern: Pattern;
  ends: (typeof endings)[number];
  times: number;
  /** "2027-01-19", a date of the lab: nothing begins after it. Empty until it is asked for. */
  until: string;
  /** All or nothing; or what can be had, and a report of the rest. */
  onConflict: 'fail' | 'skip';
}

/** Two months of evenings, once somebody asks for any. */
export const noRepeat = (): Repeat => ({
  pattern: 'never',
  ends: 'times',
  times: 8,
  until: '',
  onConflict: 'fail',
});

/** As many as the server takes. */
export const mostTimes = 200;

/** When each of them begins, the first one at `from`; as the server reckons, to be shown before. */
export function startsOf(repeat: Repeat, from: number, zone: string): number[] {
  if (repeat.pattern === 'never') return [from];
  const starts: number[] = [];
  const isOver = (at: number) =>
    repeat.ends === 'times' ? starts.length >= repeat.times : dateOf(at, zone) > repeat.until;
  // Twice as many steps: every other month has no 31st.
  for (let step = 0; step < 2 * mostTimes && starts.length < mostTimes; step += 1) {
    const at = stepFrom(repeat.pattern, from, step, zone);
    if (at === null) continue;
    if (isOver(at)) break;
    starts.push(at);
  }
  return starts;
}

/** By RFC 5545; the day of the week or month is that of the first one. */
export function ruleOf({ pattern, ends, times, until }: Repeat): string | null {
  if (pattern === 'never') return null;
  return `${steps[pattern]};${ends === 'times' ? `COUNT=${times}` : `UNTIL=${until.replaceAll('-', '')}`}`;
}

const steps: Record<Exclude<Pattern, 'never'>, string> = {
  daily: 'FREQ=DAILY',
  weekly: 'FREQ=WEEKLY',
  fortnightly: 'FREQ=WEEKLY;INTERVAL=2',
  monthly: 'FREQ=MONTHLY',
};

export const dateOf = (at: number, zone: string) => wallText(at, zone).slice(0, 10);

/** Null where a month has no such day. */
function stepFrom(pattern: Pattern, from: number, step: number, zone: string): number | null {
  if (pattern === 'monthly') return monthsLater(from, step, zone);
  return daysLater(from, step * (pattern === 'daily' ? 1 : pattern === 'weekly' ? 7 : 14), zone);
}
