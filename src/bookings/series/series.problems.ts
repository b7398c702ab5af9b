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
  'series.doubled_hour': {
    status: 422,
    title: { fr: 'Heure ambiguë', en: 'Ambiguous time' },
    detail: {
      fr: 'Le {date}, l’horloge montre deux fois {time}, et une série se règle sur l’horloge : choisissez une autre heure.',
      en: 'On {date} the clock shows {time} twice, and a series keeps to the clock: choose another time.',
    },
  },
  'series.conflict': {
    status: 409,
    title: { fr: 'Des créneaux de la série sont pris', en: 'Slots of the series are taken' },
    detail: {
      fr: 'Rien n’a été changé. Choisissez d’autres dates, ou réservez sans celles-là.',
      en: 'Nothing was changed. Choose other dates, or book without these.',
    },
  },
  'series.rules': {
    status: 422,
    title: { fr: 'La série enfreint les règles', en: 'The series breaks the rules' },
    detail: {
      fr: 'Rien n’a été changé. Choisissez d’autres dates, ou demandez à un responsable.',
      en: 'Nothing was changed. Choose other dates, or ask a lab manager.',
    },
  },
  'series.none': {
    status: 422,
    title: { fr: 'Cette réservation est seule', en: 'This booking stands alone' },
    detail: {
      fr: 'Elle ne fait partie d’aucune série : la portée ne peut être que « one ».',
      en: 'It belongs to no series: the scope can only be "one".',
    },
  },
  'series.begun': {
    status: 409,
    title: { fr: 'Cette occurrence a commencé', en: 'This occurrence has begun' },
    detail: {
      fr: 'Modifiez la série à partir d’une occurrence à venir.',
      en: 'Change the series from an occurrence that is to come.',
    },
  },
  'series.day_fixed': {
    status: 422,
    title: { fr: 'Cette règle tient à ses jours', en: 'This rule is tied to its days' },
    detail: {
      fr: 'Avec « {rule} », seule l’heure peut changer pour plusieurs occurrences. Annulez-les et placez une nouvelle série.',
      en: 'With "{rule}", only the time of day can change for several occurrences. Cancel them and place a new series.',
    },
  },
  'series.move_not_undone': {
    status: 409,
    title: {
      fr: 'Un déplacement de plusieurs occurrences ne se reprend pas',
      en: 'A move of several occurrences is not undone',
    },
    detail: {
      fr: 'Déplacez-les de nouveau vers leur heure d’avant.',
      en: 'Move them back to the time they had.',
    },
  },
  'series.unknown': {
    status: 404,
    title: { fr: 'Série introuvable', en: 'Series not found' },
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
  'booking.overlap': { fr: 'Ce créneau est pris.', en: 'This slot is taken.' },
  'booking.skipped_hour': {
    fr: 'Le {date}, {time} n’existe pas : l’heure avance ce jour-là.',
    en: 'On {date} there is no {time}: the clock goes forward.',
  },
});
