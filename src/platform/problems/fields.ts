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
