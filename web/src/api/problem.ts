import type { Interval } from './types';

export interface Violation {
  code: string;
  path?: string;
  message: string;
  /** Whether staff may decide otherwise. */
  overridable?: boolean;
  /** Of the occurrence of a series that it is about: "2027-01-19". */
  date?: string;
}

/** A slot offered in place of one that was taken. */
export interface Alternative extends Interval {
  machineId: string;
}

/** A date of a series that cannot be had; its violations name it by its date. */
export interface RefusedOccurrence {
  date: string;
  /** Null where the clock shows no such time. */
  startsAt: string | null;
  endsAt: string | null;
  alternatives: Alternative[];
}

/** A problem document (RFC 9457), or our own words when no answer arrived (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly violations: Violation[];
  readonly alternatives: Alternative[];
  /** Of a refused series. */
  readonly occurrences: RefusedOccurrence[];
  readonly requestId: string | null;
  /** Seconds to wait before the next try, from `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(status: number, body: unknown, retryAfter: string | null = null) {
    const facts = isRecord(body) ? body : {};
    const title = text(facts['title']) ?? `HTTP ${status}`;
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = text(facts['code']) ?? 'unknown';
    this.title = title;
    this.detail = text(facts['detail']);
    this.violations = list<Violation>(facts['violations']);
    this.alternatives = list<Alternative>(facts['alternatives']);
    this.occurrences = list<RefusedOccurrence>(facts['occurrences']);
    this.requestId = text(facts['requestId']);
    const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
    this.retryAfter = Number.isFinite(seconds) ? seconds : null;
  }

  /** What is wrong with one field: JSON pointers and dotted paths both occur. */
  at(field: string): Violation[] {
    return this.violations.filter(
      (violation) => violation.path?.replace(/^[/#.]+/, '').replaceAll('/', '.') === field,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? (value as T[]) : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
