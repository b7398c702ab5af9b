import { defineProblems } from '../../platform/problems/problem.js';

defineProblems({
  'calendar.malformed': {
    status: 400,
    title: { fr: 'Calendrier illisible', en: 'Unreadable calendar' },
    detail: {
      fr: 'Ligne {line} : « {part} ». Rien n’a été importé.',
      en: 'Line {line}: "{part}". Nothing was imported.',
    },
  },
  'calendar.too_large': {
    status: 413,
    title: { fr: 'Calendrier trop volumineux', en: 'Calendar too large' },
    detail: {
      fr: 'Au plus 5 Mo, 5 000 événements et 20 000 occurrences. Rien n’a été importé.',
      en: 'At most 5 MB, 5,000 events and 20,000 occurrences. Nothing was imported.',
    },
  },
});
