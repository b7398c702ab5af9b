import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { DomainError, defineViolations } from './problem.js';
import type { Violation } from './problem.js';

/** Malformed bodies and queries: every violation at once, unknown properties refused. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) =>
      new DomainError(
        'request.malformed',
        {},
        errors.flatMap((error) => violationsOf(error, '')),
      ),
  });
}

function violationsOf(error: ValidationError, prefix: string): Violation[] {
  const path = prefix ? `${prefix}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    code: codes[constraint] ?? 'field.invalid',
    path,
    message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => violationsOf(child, path))];
}

const codes: Readonly<Record<string, string>> = {
  whitelistValidation: 'field.unknown',
  isNotEmpty: 'field.required',
  isDefined: 'field.required',
  isString: 'field.text',
  isEmail: 'field.email',
  isUuid: 'field.id',
  isEnum: 'field.choice',
  isIn: 'field.choice',
  isInstant: 'field.instant',
  isCursor: 'field.cursor',
  isDuration: 'field.duration',
  isApproval: 'field.approval',
  isWallTime: 'field.wall_time',
  isTimeZone: 'field.time_zone',
  isPositive: 'field.range',
  isBefore: 'field.order',
  isDay: 'field.day',
  isCalendarDuration: 'field.calendar_duration',
  isInt: 'field.integer',
  min: 'field.range',
  max: 'field.range',
  minLength: 'field.length',
  maxLength: 'field.length',
};

defineViolations({
  'field.unknown': { fr: 'Champ inconnu.', en: 'Unknown field.' },
  'field.required': { fr: 'Champ obligatoire.', en: 'Required field.' },
  'field.text': { fr: 'Un texte est attendu.', en: 'A text is expected.' },
  'field.email': {
    fr: 'Une adresse électronique est attendue.',
    en: 'An e-mail address is expected.',
  },
  'field.id': { fr: 'Un identifiant UUID est attendu.', en: 'A UUID is expected.' },
  'field.instant': {
    fr: 'Un instant RFC 3339 avec son décalage est attendu, par exemple 2026-11-23T09:00:00+01:00.',
    en: 'An RFC 3339 instant with its offset is expected, for example 2026-11-23T09:00:00+01:00.',
  },
  'field.duration': {
    fr: 'Une durée ISO 8601 est attendue, par exemple PT45M.',
    en: 'An ISO 8601 duration is expected, for example PT45M.',
  },
  'field.day': {
    fr: 'Un jour est attendu, par exemple 2026-12-31.',
    en: 'A day is expected, for example 2026-12-31.',
  },
  'field.calendar_duration': {
    fr: 'Une durée ISO 8601 en jours, semaines, mois ou années est attendue, par exemple P2Y.',
    en: 'An ISO 8601 duration in days, weeks, months or years is expected, for example P2Y.',
  },
  'field.approval': {
    fr: 'Attendu : "auto", "manager" ou {"autoUnder": "PT2H"}.',
    en: 'Expected: "auto", "manager" or {"autoUnder": "PT2H"}.',
  },
  'field.wall_time': {
    fr: 'Une heure HH:MM est attendue, de 00:00 à 24:00.',
    en: 'A time HH:MM is expected, from 00:00 to 24:00.',
  },
  'field.time_zone': {
    fr: 'Un fuseau IANA est attendu, par exemple Europe/Paris.',
    en: 'An IANA time zone is expected, for example Europe/Paris.',
  },
  'field.order': { fr: 'La fin suit le début.', en: 'The end follows the start.' },
  'field.cursor': {
    fr: 'Reprenez tel quel le nextCursor de la page précédente.',
    en: 'Send the nextCursor of the page before as it is.',
  },
  'field.integer': { fr: 'Un nombre entier est attendu.', en: 'A whole number is expected.' },
});
