import { defineProblems } from '../platform/problems/problem.js';

defineProblems({
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
