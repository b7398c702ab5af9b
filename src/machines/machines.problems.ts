import { defineProblems, defineViolations } from '../platform/problems/problem.js';

defineProblems({
  'machine.version': {
    status: 412,
    title: { fr: 'La machine a changé entre-temps', en: 'The machine has changed in the meantime' },
    detail: { fr: 'Relisez-la, puis recommencez.', en: 'Read it again, then try once more.' },
  },
  'lab.version': {
    status: 412,
    title: { fr: 'Le lab a changé entre-temps', en: 'The lab has changed in the meantime' },
    detail: { fr: 'Relisez-le, puis recommencez.', en: 'Read it again, then try once more.' },
  },
  'rules.contradictory': {
    status: 422,
    title: { fr: 'Ces règles se contredisent', en: 'These rules contradict each other' },
    detail: {
      fr: 'La durée minimale ou le pas dépasserait la durée maximale des machines indiquées.',
      en: 'The minimum duration or the granularity would exceed the maximum of the machines named.',
    },
  },
  'machine.unknown': {
    status: 404,
    title: { fr: 'Machine introuvable', en: 'Machine not found' },
  },
  'machine.slug_taken': {
    status: 409,
    title: { fr: 'Nom court déjà utilisé', en: 'Short name already in use' },
    detail: {
      fr: 'Une machine de ce lab a déjà ce nom court.',
      en: 'A machine of this lab has this short name already.',
    },
  },
  'controller.invalid': {
    status: 422,
    title: { fr: 'Contrôleur mal décrit', en: 'Controller not described as it should be' },
    detail: {
      fr: 'Corrigez les réglages indiqués. La documentation des pilotes les décrit.',
      en: 'Correct the settings named. The documentation of the drivers describes them.',
    },
  },
  'controller.prefix_taken': {
    status: 409,
    title: { fr: 'Préfixe MQTT déjà utilisé', en: 'MQTT prefix already in use' },
    detail: {
      fr: 'Une autre machine parle déjà sous {prefix}. Donnez-en un à chacune.',
      en: 'Another machine speaks under {prefix} already. Give each one of its own.',
    },
  },
  'controller.busy': {
    status: 409,
    title: { fr: 'Une fabrication est en cours', en: 'A run is under way' },
    detail: {
      fr: 'Changez de contrôleur quand elle sera terminée ou annulée.',
      en: 'Change the controller once it has ended or was cancelled.',
    },
  },
  'lab.slug_taken': {
    status: 409,
    title: { fr: 'Nom court déjà utilisé', en: 'Short name already in use' },
    detail: { fr: 'Un lab a déjà ce nom court.', en: 'A lab has this short name already.' },
  },
  'lab.time_zone_unknown': {
    status: 422,
    title: { fr: 'Fuseau horaire inconnu', en: 'Unknown time zone' },
    detail: {
      fr: 'Donnez un nom IANA, par exemple Europe/Paris.',
      en: 'Give an IANA name, for example Europe/Paris.',
    },
  },
  'lab.unknown': { status: 404, title: { fr: 'Lab introuvable', en: 'Lab not found' } },
});

defineViolations({
  'controller.driver': {
    fr: 'Famille de contrôleur inconnue. Familles connues : {known}.',
    en: 'Unknown family of controllers. Those known: {known}.',
  },
  'controller.field': {
    fr: 'Ce réglage manque, est de trop ou n’a pas la forme attendue.',
    en: 'This setting is missing, unknown or not of the form expected.',
  },
});
