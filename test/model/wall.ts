/** Time as the model knows it: milliseconds since 1970, and the clocks of Paris by hand. */

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Half-open. */
export interface Span {
  from: number;
  to: number;
}

/** 01:00 UTC of the last Sunday of that month: March is 2, October is 9. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}

/** How far the clocks of Paris are ahead of UTC. */
function ahead(at: number): number {
  const year = new Date(at).getUTCFullYear();
  return at >= lastSunday(year, 2) && at < lastSunday(year, 9) ? 2 * hour : hour;
}

/** What the clock on the wall shows, as though it were UTC. */
export function wall(at: number): number {
  return at + ahead(at);
}

/** Days since 1970 on the wall. */
export function dayOf(at: number): number {
  return Math.floor(wall(at) / day);
}

/** Monday is 0; 1 January 1970 was a Thursday. */
export function weekdayOf(dayNumber: number): number {
  return (dayNumber + 3) % 7;
}

/** Weeks begin on Monday, on the wall. */
export function weekOf(at: number): number {
  return Math.floor((dayOf(at) + 3) / 7);
}

/** The instant of a time on the wall: the earlier of two; what is skipped is an hour later. */
export function instantOf(dayNumber: number, minutes: number): number {
  const shown = dayNumber * day + minutes * minute;
  const summer = shown - 2 * hour;
  return ahead(summer) === 2 * hour ? summer : shown - hour;
}

/** `2026-12-31`. */
export function dateOf(at: number): string {
  return new Date(wall(at)).toISOString().slice(0, 10);
}

/** For people who read a counterexample: `Sat 2027-03-27 14:05`. */
export function shown(at: number): string {
  const clock = new Date(wall(at));
  const time = clock.toISOString().slice(0, at % minute === 0 ? 16 : 19);
  return `${clock.toUTCString().slice(0, 3)} ${time.replace('T', ' ')}`;
}

/** Instants in a text, as people read them. */
export function readable(text: string): string {
  return text.replace(/\b1[78]\d{11}\b/g, (instant) => shown(Number(instant)));
}

export function meet(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

export function common(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
}

/** In order, and as one where they touch. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else if (from < to) result.push({ from, to });
  }
  return result;
}

/** What is left of them without the holes. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  let left = joined(spans);
  for (const hole of holes) {
    left = left.flatMap((span) =>
      meet(span, hole)
        ? [
            { from: span.from, to: hole.from },
            { from: hole.to, to: span.to },
          ].filter(({ from, to }) => from < to)
        : [span],
    );
  }
  return left;
}

export function cut(spans: readonly Span[], within: Span): Span[] {
  return spans
    .map(({ from, to }) => ({ from: Math.max(from, within.from), to: Math.min(to, within.to) }))
    .filter(({ from, to }) => from < to);
}
