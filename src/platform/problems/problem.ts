/**
 * Problem documents, RFC 9457. A feature declares its codes once with their status and words;
 * domain code throws a DomainError with a code and facts, and the filter alone speaks HTTP.
 */
export type Language = 'fr' | 'en';
export type Words = Readonly<Record<Language, string>>;

export interface ProblemDefinition {
  readonly status: number;
  readonly title: Words;
  /** May name facts in braces: `{state}`. */
  readonly detail?: Words;
}

export interface Violation {
  readonly code: string;
  readonly path?: string;
  /** Whether staff may decide otherwise. */
  readonly overridable?: boolean;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Already worded, where no template is registered for the code. */
  readonly message?: string;
}

const problems = new Map<string, ProblemDefinition>();
const violationWords = new Map<string, Words>();

export function defineProblems<T extends Record<string, ProblemDefinition>>(definitions: T): void {
  for (const [code, definition] of Object.entries(definitions)) {
    if (problems.has(code)) throw new Error(`The problem ${code} is defined twice`);
    problems.set(code, definition);
  }
}

export function defineViolations(definitions: Readonly<Record<string, Words>>): void {
  for (const [code, words] of Object.entries(definitions)) {
    if (violationWords.has(code)) throw new Error(`The violation ${code} is defined twice`);
    violationWords.set(code, words);
  }
}

export class DomainError extends Error {
  constructor(
    readonly code: string,
    /** Extra members of the problem document. */
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly violations: readonly Violation[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(code);
  }
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance: string;
  code: string;
  requestId: string;
  violations?: Record<string, unknown>[];
  [fact: string]: unknown;
}

export function problemDocument(
  error: DomainError,
  context: { language: Language; instance: string; requestId: string },
): ProblemDocument {
  const { status } = definitionOf(error.code);
  const { language } = context;
  const { title, ...detail } = problemWords(error.code, error.facts, language);
  return {
    type: `https://creneau.dev/problems/${error.code}`,
    title,
    status,
    ...detail,
    instance: context.instance,
    code: error.code,
    requestId: context.requestId,
    ...error.facts,
    ...(error.violations.length > 0
      ? { violations: error.violations.map((violation) => wordedViolation(violation, language)) }
      : {}),
  };
}

/** What a problem is called, for one that is told later than it arose. */
export function problemWords(
  code: string,
  facts: Readonly<Record<string, unknown>>,
  language: Language,
): { title: string; detail?: string } {
  const { title, detail } = definitionOf(code);
  return {
    title: title[language],
    ...(detail ? { detail: fill(detail[language], facts) } : {}),
  };
}

function definitionOf(code: string): ProblemDefinition {
  const definition = problems.get(code);
  if (!definition) throw new Error(`The problem ${code} is not defined`);
  return definition;
}

/** A violation as a client reads it, its facts beside its words. */
export function wordedViolation(
  violation: Violation,
  language: Language,
): Record<string, unknown> & { code: string; message: string; overridable?: boolean } {
  const template = violationWords.get(violation.code)?.[language];
  const { facts = {}, message, ...rest } = violation;
  return {
    ...rest,
    message: template ? fill(template, facts) : (message ?? violation.code),
    ...facts,
  };
}

function fill(template: string, facts: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    return typeof fact === 'string' || typeof fact === 'number' ? String(fact) : whole;
  });
}

/** The better of our two languages for an Accept-Language header; French first. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { language: tag.slice(0, 2), quality: quality ? Number(quality.trim().slice(2)) : 1 };
    })
    .filter(({ language }) => language === 'fr' || language === 'en')
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.language === 'en' ? 'en' : 'fr';
}

defineProblems({
  'request.malformed': {
    status: 400,
    title: { fr: 'La demande est mal formée', en: 'The request is malformed' },
    detail: {
      fr: 'Corrigez les champs indiqués puis renvoyez la demande.',
      en: 'Correct the fields named and send the request again.',
    },
  },
  'request.forbidden': {
    status: 403,
    title: { fr: 'Vous n’avez pas ce droit', en: 'You are not allowed to do this' },
    detail: {
      fr: 'Demandez à un responsable du lab.',
      en: 'Ask a lab manager.',
    },
  },
  'request.origin': {
    status: 403,
    title: { fr: 'Origine refusée', en: 'Origin refused' },
    detail: {
      fr: 'Une page d’un autre site ne peut pas agir avec votre session.',
      en: 'A page of another site may not act with your session.',
    },
  },
  'resource.unknown': {
    status: 404,
    title: { fr: 'Introuvable', en: 'Not found' },
  },
  'request.too_large': {
    status: 413,
    title: { fr: 'Trop volumineux', en: 'Too large' },
  },
  'request.media_type': {
    status: 415,
    title: { fr: 'Type de contenu non pris en charge', en: 'Unsupported kind of content' },
  },
  'request.method': {
    status: 405,
    title: { fr: 'Méthode non permise', en: 'Method not allowed' },
  },
  'service.unavailable': {
    status: 503,
    title: { fr: 'Momentanément indisponible', en: 'Unavailable for a moment' },
    detail: {
      fr: 'Rien n’a été modifié. Réessayez dans quelques secondes.',
      en: 'Nothing was changed. Try again in a few seconds.',
    },
  },
  'service.fault': {
    status: 500,
    title: { fr: 'Une erreur est survenue', en: 'Something went wrong' },
    detail: {
      fr: 'L’erreur est enregistrée. Indiquez le numéro de demande si elle persiste.',
      en: 'The error is recorded. Give the request id if it persists.',
    },
  },
});
