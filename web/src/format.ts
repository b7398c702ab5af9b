import { m } from './paraglide/messages.js';
import type { Interval } from './api/types';
import { clock } from './stores/clock.svelte';
import { locale } from './stores/locale.svelte';
import { workshop } from './stores/workshop.svelte';

/** A number and its unit never part at the end of a line. */
const nbsp = '\u00a0';
const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(
  options: Intl.DateTimeFormatOptions,
  tag = locale.current === 'fr' ? 'fr-FR' : 'en-GB',
): Intl.DateTimeFormat {
  const key = `${tag} ${workshop.timeZone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(tag, { timeZone: workshop.timeZone, ...options });
    formats.set(key, format);
  }
  return format;
}

/** Clock time in the lab: 14:05. */
export function time(at: string | number): string {
  return dateFormat({ hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** "aujourd’hui", "demain" or "mar. 24 nov." */
export function day(at: string | number): string {
  const date = dayKey(at);
  if (date === dayKey(clock.now)) return m.today();
  if (date === dayKey(clock.now + 86_400_000)) return m.tomorrow();
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at));
}

export function month(at: string | number): string {
  return dateFormat({ month: 'long' }).format(new Date(at));
}

/** "24 novembre" */
export function dayAndMonth(at: string | number): string {
  return withFirst(dateFormat({ day: 'numeric', month: 'long' }).format(new Date(at)));
}

/** The first of a month is written "1er" in French, which Intl does not know. */
function withFirst(date: string): string {
  return locale.current === 'fr' ? date.replace(/\b1 (?=\p{L})/u, '1er ') : date;
}

/** "mardi 24 novembre 2026" */
export function longDay(at: string | number): string {
  return dateFormat({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(at),
  );
}

/** "24 novembre 2026" */
export function longDate(at: string | number): string {
  return withFirst(
    dateFormat({ day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at)),
  );
}

/** "mardi 24 novembre" */
export function weekdayAndDate(at: string | number): string {
  return withFirst(
    dateFormat({ weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(at)),
  );
}

/** "mardi" */
export function weekday(at: string | number): string {
  return dateFormat({ weekday: 'long' }).format(new Date(at));
}

const englishEndings = new Intl.PluralRules('en', { type: 'ordinal' });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** "24", or "1er" and "24th" */
export function dayOfMonth(at: string | number): string {
  const day = Number(dayKey(at).slice(8));
  if (locale.current === 'fr') return day === 1 ? '1er' : String(day);
  return `${day}${endings[englishEndings.select(day)] ?? 'th'}`;
}

/** "de 14:00 à 16:00", with how many days later it ends, where that is not the same day. */
export function hoursFromTo({ startsAt, endsAt }: Interval): string {
  const [from, to] = [time(startsAt), time(endsAt)];
  const days = (Date.parse(dayKey(endsAt)) - Date.parse(dayKey(startsAt))) / 86_400_000;
  return days === 0 ? m.hours_from_to({ from, to }) : m.hours_from_to_later({ from, to, days });
}

export function shortDay(at: string | number): string {
  return dateFormat({ weekday: 'short', day: 'numeric' }).format(new Date(at));
}

/** "mar. 24 nov., 14:00 – 15:30"; the second day is named when it is another one. */
export function slot({ startsAt, endsAt }: Interval): string {
  const end =
    dayKey(startsAt) === dayKey(endsAt) ? time(endsAt) : `${day(endsAt)}${nbsp}${time(endsAt)}`;
  return `${day(startsAt)}, ${time(startsAt)}${nbsp}– ${end}`;
}

/** Of whole days "mar. 24 nov." or "mar. 24 nov. – ven. 27 nov."; of hours, as a slot. */
export function span({ startsAt, endsAt }: Interval): string {
  const whole = [startsAt, endsAt].every((at) => time(at) === '00:00');
  if (!whole) return slot({ startsAt, endsAt });
  const last = Date.parse(endsAt) - 1;
  return dayKey(startsAt) === dayKey(last)
    ? day(startsAt)
    : `${day(startsAt)}${nbsp}– ${day(last)}`;
}

/** "novembre 2026" */
export function monthAndYear(at: string | number): string {
  return dateFormat({ month: 'long', year: 'numeric' }).format(new Date(at));
}

export function instant(at: string | number): string {
  return `${day(at)}, ${time(at)}`;
}

export function preciseInstant(at: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

/** The lab's date of an instant as "2026-11-24": sortable and comparable. */
export function dayKey(at: string | number): string {
  return dateFormat({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA').format(
    new Date(at),
  );
}

/** Seconds of an ISO 8601 duration ("PT1H47M33S", "P1D"); 0 for what it cannot read. */
export function secondsOf(iso: string): number {
  const parts = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(iso);
  if (parts === null) return 0;
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (
    (((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 3600 +
    (minutes ?? 0) * 60 +
    (seconds ?? 0)
  );
}

export function isoOf(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.round((seconds % 3600) / 60);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 || hours === 0 ? `${minutes}M` : ''}`;
}

/** "1 h 47 min", "12 min", "45 s": the same in French and English. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const unit = (value: number, name: string) => `${value}${nbsp}${name}`;
  if (hours > 0 && minutes > 0) return `${unit(hours, 'h')}${nbsp}${unit(minutes, 'min')}`;
  if (hours > 0) return unit(hours, 'h');
  if (minutes > 0) return unit(minutes, 'min');
  return unit(whole, 's');
}

export function isoDuration(iso: string): string {
  return duration(secondsOf(iso));
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale.current, { maximumFractionDigits: digits }).format(value);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(locale.current, { style: 'percent' }).format(share);
}

export function size(bytes: number): string {
  if (bytes >= 1_000_000) return `${number(bytes / 1_000_000, 1)}${nbsp}${m.unit_megabyte()}`;
  return `${number(Math.max(1, bytes / 1_000))}${nbsp}${m.unit_kilobyte()}`;
}

/** "il y a 3 minutes" */
export function ago(at: string): string {
  const seconds = Math.max(0, (clock.now - Date.parse(at)) / 1_000);
  const relative = new Intl.RelativeTimeFormat(locale.current, { numeric: 'auto' });
  if (seconds < 60) return relative.format(-Math.round(seconds), 'second');
  if (seconds < 3_600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3_600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}
