import { defineProblems } from '../../platform/problems/problem.js';

defineProblems({
  'calendar.unknown': {
    status: 404,
    title: { fr: 'Calendrier introuvable', en: 'Calendar not found' },
  },
  'calendar.source': {
    status: 400,
    title: { fr: 'Une adresse ou un fichier', en: 'An address or a file' },
    detail: {
      fr: 'Donnez soit url, soit un fichier .ics dans le champ file.',
      en: 'Give either url or an .ics file in the field file.',
    },
  },
  'calendar.no_address': {
    status: 409,
    title: { fr: 'Ce calendrier est un fichier', en: 'This calendar is a file' },
    detail: {
      fr: 'Il n’a pas d’adresse à relire. Retirez-le, puis envoyez le nouveau fichier.',
      en: 'It has no address to be read again. Remove it, then send the new file.',
    },
  },
  'calendar.too_many': {
    status: 409,
    title: { fr: 'Trop de calendriers', en: 'Too many calendars' },
    detail: { fr: 'Retirez-en un : {limit} au plus.', en: 'Remove one: {limit} at most.' },
  },
});
