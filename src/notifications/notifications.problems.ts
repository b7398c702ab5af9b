import { defineProblems } from '../platform/problems/problem.js';

defineProblems({
  'notification.unknown': {
    status: 404,
    title: { fr: 'Message introuvable', en: 'Notification not found' },
  },
});
