import { defineProblems, defineViolations } from '../../platform/problems/problem.js';

defineProblems({
  'series.rule_malformed': {
    status: 400,
    title: { fr: 'Règle de répétition illisible', en: 'Unreadable recurrence rule' },
    detail: {
      fr: '« {part} » n’est pas une règle de la RFC 5545.',
      en: '"{part}" is not a rule of RFC 5545.',
    },
  },
  'series.rule_unsupported': {
    status: 422,
    title: { fr: 'Répétition non prise en charge', en: 'Unsupported recurrence' },
    detail: {
      fr: 'Une série se répète au plus une fois par jour, à une heure fixe, sans « {part} ».',
      en: 'A series repeats once a day at most, at one time of day, without "{part}".',
    },
  },
  'series.endless': {
    status: 422,
    title: { fr: 'Série sans fin', en: 'Series without an end' },
    detail: {
      fr: 'Indiquez un nombre d’occurrences (COUNT) ou une date de fin (UNTIL).',
      en: 'Give a number of occurrences (COUNT) or an end (UNTIL).',
    },
  },
  'series.too_long': {
    status: 422,
    title: { fr: 'Série trop longue', en: 'Series too long' },
    detail: {
      fr: 'Au plus {occurrences} occurrences, sur {years} ans.',
      en: 'At most {occurrences} occurrences, over {years} years.',
    },
  },
  'series.first_not_in_rule': {
    status: 422,
    title: {
      fr: 'La première occurrence ne suit pas la règle',
      en: 'The rule skips the first day',
    },
    detail: {
      fr: 'La règle ne passe pas par le {date} : changez la date ou la règle.',
      en: 'The rule does not fall on {date}: change the date or the rule.',
    },
  },
  'series.occurrence_unknown': {
    status: 404,
    title: { fr: 'Occurrence introuvable', en: 'Occurrence not found' },
    detail: {
      fr: 'La série n’a pas d’occurrence à cette heure le {date}.',
      en: 'The series has no occurrence at that time on {date}.',
    },
  },
});

defineViolations({
  'booking.skipped_hour': {
    fr: 'Le {date}, {time} n’existe pas : l’heure avance ce jour-là.',
    en: 'On {date} there is no {time}: the clock goes forward.',
  },
});
