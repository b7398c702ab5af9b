import { defineProblems } from '../../platform/problems/problem.js';

defineProblems({
  'maintenance.conflict': {
    status: 409,
    title: {
      fr: 'Des réservations sont prévues à ce moment',
      en: 'There are bookings at that time',
    },
    detail: {
      fr: 'Choisissez un autre moment, ou déplacez ces réservations avec displace. Celles qui ne peuvent l’être sont marquées.',
      en: 'Choose another time, or displace these bookings with displace. Those that cannot be are marked.',
    },
  },
  'maintenance.interval': {
    status: 400,
    title: { fr: 'Intervalle impossible', en: 'Impossible interval' },
    detail: {
      fr: 'La fin vient après le début, dans l’avenir et dans l’année.',
      en: 'The end comes after the start, in the future and within a year.',
    },
  },
});
