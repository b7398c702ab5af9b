import { defineProblems } from '../platform/problems/problem.js';

defineProblems({
  'session.required': {
    status: 401,
    title: { fr: 'Connexion nécessaire', en: 'Sign-in required' },
    detail: { fr: 'Connectez-vous puis réessayez.', en: 'Sign in and try again.' },
  },
  'session.invalid': {
    status: 401,
    title: { fr: 'Adresse ou mot de passe incorrect', en: 'Wrong address or password' },
  },
  'session.throttled': {
    status: 429,
    title: { fr: 'Trop d’essais', en: 'Too many attempts' },
    detail: {
      fr: 'Attendez quelques minutes avant de réessayer.',
      en: 'Wait a few minutes before trying again.',
    },
  },
  'member.unknown': { status: 404, title: { fr: 'Membre introuvable', en: 'Member not found' } },
  'training.unknown': {
    status: 404,
    title: { fr: 'Formation introuvable', en: 'Training not found' },
  },
  'badge.taken': {
    status: 409,
    title: { fr: 'Ce badge est déjà attribué', en: 'This badge is somebody’s already' },
    detail: {
      fr: 'Retirez-le d’abord au membre qui l’a.',
      en: 'Revoke it first from the member who has it.',
    },
  },
  'badge.unknown': { status: 404, title: { fr: 'Badge introuvable', en: 'Badge not found' } },
  'certification.unknown': {
    status: 404,
    title: { fr: 'Habilitation introuvable', en: 'Certification not found' },
  },
  'certification.days': {
    status: 400,
    title: { fr: 'La validité finit avant de commencer', en: 'Validity ends before it begins' },
  },
  'certification.revoked': {
    status: 409,
    title: { fr: 'Habilitation déjà retirée', en: 'Certification already revoked' },
  },
  'project.unknown': {
    status: 404,
    title: { fr: 'Projet introuvable', en: 'Project not found' },
  },
  'project.archived': {
    status: 409,
    title: { fr: 'Ce projet est archivé', en: 'This project is archived' },
  },
  'member.email_taken': {
    status: 409,
    title: { fr: 'Adresse déjà utilisée', en: 'Address already in use' },
    detail: {
      fr: 'Un membre a déjà cette adresse électronique.',
      en: 'A member has this e-mail address already.',
    },
  },
});
