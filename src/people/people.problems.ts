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
  'member.email_taken': {
    status: 409,
    title: { fr: 'Adresse déjà utilisée', en: 'Address already in use' },
    detail: {
      fr: 'Un membre a déjà cette adresse électronique.',
      en: 'A member has this e-mail address already.',
    },
  },
});
