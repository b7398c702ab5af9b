import { defineProblems, defineViolations } from '../platform/problems/problem.js';

defineProblems({
  'job.unknown': { status: 404, title: { fr: 'Travail introuvable', en: 'Job not found' } },
  'job.state': {
    status: 409,
    title: { fr: 'L’état du travail a changé', en: 'The state of the job has changed' },
    detail: {
      fr: 'Le travail est maintenant « {state} ».',
      en: 'The job is now "{state}".',
    },
  },
  'job.booked': {
    status: 409,
    title: { fr: 'Ce travail a déjà un créneau', en: 'This job has a slot already' },
    detail: {
      fr: 'Annulez d’abord sa réservation pour en prendre une autre.',
      en: 'Cancel its booking first to take another.',
    },
  },
  'job.no_estimate': {
    status: 409,
    title: { fr: 'Durée encore inconnue', en: 'Duration not known yet' },
    detail: {
      fr: 'Attendez la fin de l’analyse du fichier.',
      en: 'Wait until the file has been analysed.',
    },
  },
  'job.unfit_machine': {
    status: 422,
    title: { fr: 'Cette machine ne convient pas', en: 'This machine does not fit' },
    detail: {
      fr: 'Le fichier demande un autre type de machine ou plus de place.',
      en: 'The file needs another machine type or more room.',
    },
  },
  'job.blocked': {
    status: 409,
    title: { fr: 'Le départ n’est pas encore possible', en: 'It cannot start yet' },
  },
  'job.file_missing': {
    status: 400,
    title: { fr: 'Fichier absent', en: 'File missing' },
    detail: {
      fr: 'Joignez un fichier dans le champ « file », après les autres champs.',
      en: 'Attach a file in the field "file", after the other fields.',
    },
  },
  'file.expired': {
    status: 403,
    title: { fr: 'Adresse de fichier expirée', en: 'File address expired' },
  },
  'bed.state': {
    status: 409,
    title: { fr: 'Rien à retirer', en: 'Nothing to clear' },
    detail: {
      fr: 'La machine est encore en marche, ou une autre pièce y est posée.',
      en: 'The machine is still running, or another piece lies on it.',
    },
  },
});

defineViolations({
  'blocked.approval.pending': {
    fr: 'Un responsable doit d’abord approuver.',
    en: 'A lab manager has to approve first.',
  },
  'blocked.slot.none': { fr: 'Choisissez un créneau.', en: 'Take a slot.' },
  'blocked.slot.not_open': { fr: 'Le créneau n’a pas commencé.', en: 'The slot has not begun.' },
  'blocked.machine.offline': { fr: 'La machine est hors ligne.', en: 'The machine is offline.' },
  'blocked.machine.stale': {
    fr: 'La machine ne donne plus de nouvelles.',
    en: 'The machine has gone quiet.',
  },
  'blocked.machine.busy': { fr: 'La machine est occupée.', en: 'The machine is busy.' },
  'blocked.machine.error': {
    fr: 'La machine signale une erreur.',
    en: 'The machine reports an error.',
  },
  'blocked.bed.not_cleared': {
    fr: 'Retirez la pièce précédente puis confirmez.',
    en: 'Take the previous piece off, then confirm.',
  },
  'blocked.operator.start': {
    fr: 'Quelqu’un doit lancer la machine.',
    en: 'Somebody has to start the machine.',
  },
  'blocked.file.staging': {
    fr: 'Le fichier est en route vers la machine.',
    en: 'The file is on its way to the machine.',
  },
});
