import { Temporal } from 'temporal-polyfill';
import type { Language, Words } from '../platform/problems/problem.js';

export interface Wording {
  readonly title: Words;
  /** Names facts in braces: `{machineName}`; those that are instants are shown in the lab's time. */
  readonly body: Words;
}

const wordings: Readonly<Record<string, Wording>> = {
  'booking.displaced': {
    title: { fr: 'Votre réservation est annulée', en: 'Your booking is cancelled' },
    body: {
      fr: '{machineName} est indisponible : {reason} Votre créneau du {startsAt} n’aura pas lieu ; choisissez l’un des créneaux proposés.',
      en: '{machineName} is out of use: {reason} Your slot of {startsAt} is gone; take one of those offered.',
    },
  },
  'booking.missed': {
    title: { fr: 'Créneau libéré', en: 'Slot released' },
    body: {
      fr: 'Personne ne s’est présenté sur {machineName} pour le créneau du {startsAt} : il a été rendu aux autres.',
      en: 'Nobody came to {machineName} for the slot of {startsAt}: it was given to others.',
    },
  },
  'waiting-list.offered': {
    title: { fr: 'Un créneau s’est libéré pour vous', en: 'A slot is free for you' },
    body: {
      fr: '{machineName} : le créneau du {startsAt} vous est réservé jusqu’au {holdUntil}. Prenez-le ou refusez-le ; ensuite il passe à la personne suivante.',
      en: '{machineName}: the slot of {startsAt} is kept for you until {holdUntil}. Take it or decline it; then it goes to the next in line.',
    },
  },
  'booking.overrun_mine': {
    title: { fr: 'Votre travail dépasse son créneau', en: 'Your job runs over its slot' },
    body: {
      fr: 'Sur {machineName}, la fin est attendue le {expectedEnd}, après votre créneau ; la suite est réservée à partir du {nextStartsAt}.',
      en: 'On {machineName} the end is expected on {expectedEnd}, after your slot; what follows is booked from {nextStartsAt}.',
    },
  },
  'booking.overrun_next': {
    title: { fr: 'La machine risque d’être encore occupée', en: 'The machine may still be in use' },
    body: {
      fr: 'Le travail en cours sur {machineName} devrait finir le {expectedEnd} ; votre créneau commence le {startsAt}. Vous pouvez prendre l’un des créneaux proposés.',
      en: 'The job on {machineName} is expected to end on {expectedEnd}; your slot begins on {startsAt}. You may take one of the slots offered.',
    },
  },
};

/** A kind that has no words yet still shows, under its own name. */
export function worded(
  kind: string,
  facts: Readonly<Record<string, unknown>>,
  language: Language,
  timeZone: string,
): { title: string; body: string } {
  const wording = wordings[kind];
  if (!wording) return { title: kind, body: '' };
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (whole, name: string) =>
      factText(facts[name], language, timeZone, whole),
    );
  return { title: fill(wording.title[language]), body: fill(wording.body[language]) };
}

const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

function factText(fact: unknown, language: Language, timeZone: string, otherwise: string): string {
  if (typeof fact === 'number') return String(fact);
  if (typeof fact !== 'string') return otherwise;
  if (!instant.test(fact)) return fact;
  return Temporal.Instant.from(fact).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
}
