import { registerDecorator } from 'class-validator';
import { Temporal } from 'temporal-polyfill';
import { validate as isUuid } from 'uuid';

const isoLength = '2026-11-23T09:15:00.000Z'.length;
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** An RFC 3339 instant; one without an offset is refused, since it names no instant. */
export function IsInstant(): PropertyDecorator {
  return check('isInstant', (value) => typeof value === 'string' && parsedInstant(value) !== null);
}

/** An ISO 8601 duration of hours, minutes and seconds or of whole days and weeks. */
export function IsDuration(): PropertyDecorator {
  return check(
    'isDuration',
    (value) => typeof value === 'string' && parsedDuration(value) !== null,
  );
}

/** A day of the calendar: `2026-12-31`. */
export function IsDay(): PropertyDecorator {
  return check('isDay', (value) => typeof value === 'string' && isDay(value));
}

/** An ISO 8601 duration of days, weeks, months and years: `P2Y`. */
export function IsCalendarDuration(): PropertyDecorator {
  return check('isCalendarDuration', (value) => {
    if (typeof value !== 'string') return false;
    try {
      const duration = Temporal.Duration.from(value);
      const { years, months, weeks, days } = duration;
      // Nobody lives a thousand years, and Temporal's own days end some time.
      return duration.sign > 0 && isOfDays(duration) && years + months + weeks + days <= 1_000;
    } catch {
      return false;
    }
  });
}

/** The same, and longer than nothing. */
export function IsPositiveDuration(): PropertyDecorator {
  return check('isDuration', isPositiveDuration);
}

function isPositiveDuration(value: unknown): boolean {
  return typeof value === 'string' && (parsedDuration(value) ?? 0) > 0;
}

/** `auto`, `manager`, or `{autoUnder}` with a duration. */
export function IsApproval(): PropertyDecorator {
  return check('isApproval', (value) => {
    if (typeof value !== 'object' || value === null) return value === 'auto' || value === 'manager';
    return (
      Object.keys(value).join() === 'autoUnder' &&
      'autoUnder' in value &&
      isPositiveDuration(value.autoUnder)
    );
  });
}

/** A time on the wall, `00:00` to `24:00`. */
export function IsWallTime(): PropertyDecorator {
  const pattern = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
  return check('isWallTime', (value) => typeof value === 'string' && pattern.test(value));
}

/** An IANA name: `Europe/Paris`. */
export function IsTimeZone(): PropertyDecorator {
  return check('isTimeZone', (value) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: value as string });
      // Offsets pass there as well; they know no summer time.
      return typeof value === 'string' && /^[A-Za-z]/.test(value);
    } catch {
      return false;
    }
  });
}

/** A member's id, or `me`. */
export function IsMember(): PropertyDecorator {
  return check('isUuid', (value) => value === 'me' || isUuid(value));
}

/** The nextCursor of a list in the order of instants: `instant|id`. */
export function IsInstantCursor(): PropertyDecorator {
  return check('isCursor', (value) => {
    const [instant = '', id, ...rest] = typeof value === 'string' ? value.split('|') : [];
    return parsedInstant(instant) !== null && isUuid(id) && rest.length === 0;
  });
}

export function parsedInstant(text: string): Date | null {
  if (!instantPattern.test(text)) return null;
  const plain = plainInstant(text);
  if (plain) return plain;
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    return null;
  }
}

/**
 * What `toISOString` writes reads the same again, or it was something else (30 February, a leap
 * second): most clients write nothing else, and this costs a fifth of Temporal.
 */
function plainInstant(text: string): Date | null {
  if (text.length !== isoLength) return null;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text ? date : null;
}

/** Seconds of an ISO 8601 duration; days count 24 hours, months and years are refused. */
export function parsedDuration(text: string): number | null {
  try {
    const duration = Temporal.Duration.from(text);
    if (duration.months !== 0 || duration.years !== 0 || duration.sign < 0) return null;
    const days = duration.weeks * 7 + duration.days;
    return duration.with({ weeks: 0, days: 0 }).total('seconds') + days * 86_400;
  } catch {
    return null;
  }
}

/** The ISO 8601 text of a number of seconds: `PT1H47M33S`. */
export function durationText(seconds: number): string {
  return Temporal.Duration.from({ seconds: Math.round(seconds) })
    .round({ largestUnit: 'hours' })
    .toString();
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

function isOfDays({ hours, minutes, seconds }: Temporal.Duration): boolean {
  return hours === 0 && minutes === 0 && seconds === 0;
}

function check(name: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: { validate, defaultMessage: () => `${String(property)} is not valid` },
    });
  };
}
