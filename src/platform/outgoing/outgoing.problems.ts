import { defineProblems } from '../problems/problem.js';

/** Of addresses that somebody gave us to fetch. Each is the giver's to mend: 422. */
defineProblems({
  'outgoing.address': {
    status: 422,
    title: { fr: 'Adresse impossible', en: 'Impossible address' },
    detail: {
      fr: 'Une adresse http:// ou https:// est attendue.',
      en: 'An address of http:// or https:// is expected.',
    },
  },
  'outgoing.private': {
    status: 422,
    title: { fr: 'Adresse refusée', en: 'Address refused' },
    detail: {
      fr: '{host} mène à notre propre réseau. L’exploitant peut l’autoriser (OUTGOING_NETWORKS).',
      en: '{host} leads to our own network. The operator may allow that (OUTGOING_NETWORKS).',
    },
  },
  'outgoing.unreachable': {
    status: 422,
    title: { fr: 'Serveur injoignable', en: 'Server out of reach' },
    detail: {
      fr: '{host} ne répond pas comme il faut ({reason}).',
      en: '{host} does not answer as it should ({reason}).',
    },
  },
  'outgoing.timeout': {
    status: 422,
    title: { fr: 'Serveur trop lent', en: 'Server too slow' },
    detail: {
      fr: 'La réponse n’était pas complète après {seconds} s.',
      en: 'The answer was not complete after {seconds} s.',
    },
  },
  'outgoing.status': {
    status: 422,
    title: { fr: 'Le serveur a refusé', en: 'The server refused' },
    detail: { fr: '{host} a répondu {answer}.', en: '{host} answered {answer}.' },
  },
  'outgoing.redirects': {
    status: 422,
    title: { fr: 'Trop de redirections', en: 'Too many redirects' },
    detail: {
      fr: 'Plus de {most}. Donnez l’adresse finale.',
      en: 'More than {most}. Give the last address.',
    },
  },
  'outgoing.too_large': {
    status: 422,
    title: { fr: 'Réponse trop volumineuse', en: 'Answer too large' },
    detail: { fr: 'Plus de {megabytes} Mo.', en: 'More than {megabytes} MB.' },
  },
});
