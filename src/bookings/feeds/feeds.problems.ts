import { defineProblems } from '../../platform/problems/problem.js';

defineProblems({
  'feed.unknown': {
    status: 404,
    title: { fr: 'Abonnement introuvable', en: 'Subscription not found' },
    detail: {
      fr: 'Le lien n’existe pas ou n’est plus valable. Créez-en un nouveau.',
      en: 'The link does not exist or is no longer valid. Make a new one.',
    },
  },
  'feed.what': {
    status: 400,
    title: { fr: 'De quoi, l’abonnement ?', en: 'A subscription to what?' },
    detail: {
      fr: 'Donnez machineId pour une machine, labId pour un lab, et ni l’un ni l’autre pour vos réservations.',
      en: 'Give machineId for a machine, labId for a lab, and neither for your own bookings.',
    },
  },
  'feed.too_many': {
    status: 409,
    title: { fr: 'Trop d’abonnements', en: 'Too many subscriptions' },
    detail: { fr: 'Révoquez-en un : {limit} au plus.', en: 'Revoke one: {limit} at most.' },
  },
});
