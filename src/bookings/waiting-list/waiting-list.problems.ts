import { defineProblems } from '../../platform/problems/problem.js';

defineProblems({
  'wish.unknown': {
    status: 404,
    title: { fr: 'Demande introuvable', en: 'Request not found' },
  },
  'wish.where': {
    status: 400,
    title: { fr: 'Une machine ou un type de machine', en: 'A machine or a machine type' },
    detail: {
      fr: 'Donnez soit machineId, soit machineType.',
      en: 'Give either machineId or machineType.',
    },
  },
  'wish.room': {
    status: 400,
    title: { fr: 'Durée impossible dans cet intervalle', en: 'The duration does not fit' },
    detail: {
      fr: 'La durée doit tenir entre from et to, dans l’année, et to doit être à venir.',
      en: 'The duration must fit between from and to, within a year, and to must be to come.',
    },
  },
  'wish.too_many': {
    status: 409,
    title: { fr: 'Trop de demandes en attente', en: 'Too many requests in line' },
    detail: {
      fr: 'Retirez-en une : {limit} au plus.',
      en: 'Withdraw one: {limit} at most.',
    },
  },
  'wish.state': {
    status: 409,
    title: { fr: 'Aucune offre en cours', en: 'There is no offer now' },
    detail: {
      fr: 'L’offre est échue ou n’existe pas encore ; la demande est « {state} ».',
      en: 'The offer is over or not made yet; the request is "{state}".',
    },
  },
});
