import { instantOf, offsetAt } from '../days';

const minuteMs = 60_000;

/** The wall time of an instant as a `datetime-local` field writes it: "2026-11-24T14:05". */
export function wallText(at: number, zone: string): string {
  const minute = Math.floor(at / minuteMs) * minuteMs;
  return new Date(minute + offsetAt(at, zone)).toISOString().slice(0, 16);
}

/** Null for a text that is not complete, "skipped" for an hour that a clock change leaves out. */
export function instantOfWall(text: string, zone: string): number | 'skipped' | null {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)/.exec(text);
  if (parts === null) return null;
  const [, date = '', hours, minutes] = parts;
  const at = instantOf(date, zone, Number(hours) + Number(minutes) / 60);
  return wallText(at, zone) === text.slice(0, 16) ? at : 'skipped';
}

/** The same wall time some days later: elapsed time differs over a clock change. */
export function daysLater(at: number, days: number, zone: string): number {
  const wall = new Date(at + offsetAt(at, zone) + days * 86_400_000).toISOString();
  const hours = Number(wall.slice(11, 13)) + Number(wall.slice(14, 16)) / 60;
  return instantOf(wall.slice(0, 10), zone, hours);
}

/** The same day of a later month at the same wall time; null where that month has no such day. */
export function monthsLater(at: number, months: number, zone: string): number | null {
  const wall = at + offsetAt(at, zone);
  const later = new Date(wall);
  const day = later.getUTCDate();
  later.setUTCMonth(later.getUTCMonth() + months);
  if (later.getUTCDate() !== day) return null;
  return daysLater(at, Math.round((later.getTime() - wall) / 86_400_000), zone);
}
