import { defineProblems, defineViolations } from '../platform/problems/problem.js';

defineProblems({
  'booking.overlap': {
    status: 409,
    title: { fr: 'Ce créneau vient d’être pris', en: 'This slot has just been taken' },
    detail: {
      fr: 'Choisissez l’un des créneaux proposés.',
      en: 'Choose one of the slots offered.',
    },
  },
  'booking.rules': {
    status: 422,
    title: { fr: 'Cette réservation enfreint les règles', en: 'This booking breaks the rules' },
    detail: {
      fr: 'Corrigez les points indiqués, ou demandez à un responsable.',
      en: 'Correct the points named, or ask a lab manager.',
    },
  },
  'booking.interval': {
    status: 400,
    title: { fr: 'Intervalle incomplet ou impossible', en: 'Incomplete or impossible interval' },
    detail: {
      fr: 'Donnez endsAt ou duration, et une fin après le début, dans l’année.',
      en: 'Give endsAt or duration, and an end after the start, within a year of it.',
    },
  },
  'calendar.window': {
    status: 400,
    title: { fr: 'Période impossible', en: 'Impossible window' },
    detail: {
      fr: '« to » vient après « from » ; un calendrier montre {days} jours au plus.',
      en: '"to" comes after "from"; a calendar shows {days} days at most.',
    },
  },
  'booking.state': {
    status: 409,
    title: { fr: 'L’état de la réservation a changé', en: 'The state of the booking has changed' },
    detail: {
      fr: 'La réservation est maintenant « {state} ».',
      en: 'The booking is now "{state}".',
    },
  },
  'booking.version': {
    status: 412,
    title: {
      fr: 'La réservation a changé entre-temps',
      en: 'The booking has changed in the meantime',
    },
    detail: {
      fr: 'Relisez-la, puis recommencez.',
      en: 'Read it again, then try once more.',
    },
  },
  'booking.job_under_way': {
    status: 409,
    title: {
      fr: 'Un travail occupe déjà la machine',
      en: 'A job is under way on the machine',
    },
    detail: {
      fr: 'Le début ne peut plus changer, et la fin ne peut que reculer.',
      en: 'The start can no longer change, and the end can only be put off.',
    },
  },
  'booking.undo_over': {
    status: 409,
    title: { fr: 'Il est trop tard pour annuler ce geste', en: 'It is too late to undo this' },
    detail: {
      fr: 'Une annulation ou un déplacement se reprend dans les {seconds} secondes.',
      en: 'A cancel or a move can be taken back within {seconds} seconds.',
    },
  },
  'booking.machine_taken': {
    status: 409,
    title: { fr: 'La machine est encore occupée', en: 'The machine is still in use' },
    detail: {
      fr: 'Elle sera à vous au début de votre créneau.',
      en: 'It is yours when your slot begins.',
    },
  },
  'booking.unknown': {
    status: 404,
    title: { fr: 'Réservation introuvable', en: 'Booking not found' },
  },
});

defineViolations({
  'booking.in_past': { fr: 'Le début est passé.', en: 'The start is past.' },
  'booking.too_short': { fr: 'Au moins {minutes} minutes.', en: 'At least {minutes} minutes.' },
  'booking.too_long': { fr: 'Au plus {minutes} minutes.', en: 'At most {minutes} minutes.' },
  'booking.not_aligned': {
    fr: 'Le début et la fin tombent sur des multiples de {minutes} minutes.',
    en: 'Start and end lie on multiples of {minutes} minutes.',
  },
  'booking.lead_time': {
    fr: 'À réserver au moins {minutes} minutes à l’avance.',
    en: 'To be booked at least {minutes} minutes ahead.',
  },
  'booking.beyond_horizon': {
    fr: 'Au plus {days} jours à l’avance.',
    en: 'At most {days} days ahead.',
  },
  'booking.cancel_before': {
    fr: 'À annuler ou à déplacer au moins {minutes} minutes à l’avance.',
    en: 'To be cancelled or moved at least {minutes} minutes ahead.',
  },
  'booking.closed': {
    fr: 'La machine n’est pas ouverte pendant tout ce temps.',
    en: 'The machine is not open for all of this time.',
  },
  'booking.training_required': {
    fr: 'La formation « {training} » doit être valable tous les jours de la réservation.',
    en: 'The training “{training}” must be valid on every day of the booking.',
  },
  'booking.too_many': {
    fr: 'Déjà {limit} réservations en cours sur cette machine.',
    en: 'Already {limit} bookings under way on this machine.',
  },
  'booking.project_quota': {
    fr: 'Au plus {hours} heures par semaine et par projet sur cette machine.',
    en: 'At most {hours} hours a week and project on this machine.',
  },
  'booking.weekly_quota': {
    fr: 'Au plus {hours} heures par semaine sur cette machine.',
    en: 'At most {hours} hours a week on this machine.',
  },
});
