import { Temporal } from 'temporal-polyfill';

export const weekdayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];
export type Frequency =
  'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY' | 'MINUTELY' | 'SECONDLY';

/** How RFC 5545 bounds the numbers of each part; `signed` ones also count from the end. */
const numberParts = {
  BYSECOND: { least: 0, most: 60, signed: false },
  BYMINUTE: { least: 0, most: 59, signed: false },
  BYHOUR: { least: 0, most: 23, signed: false },
  BYMONTHDAY: { least: 1, most: 31, signed: true },
  BYYEARDAY: { least: 1, most: 366, signed: true },
  BYWEEKNO: { least: 1, most: 53, signed: true },
  BYMONTH: { least: 1, most: 12, signed: false },
  BYSETPOS: { least: 1, most: 366, signed: true },
} as const;
export type NumberPart = keyof typeof numberParts;

/** The last moment at which an occurrence may begin, itself included. */
export type Until =
  | { readonly kind: 'date'; readonly date: Temporal.PlainDate }
  | { readonly kind: 'instant'; readonly at: Temporal.Instant }
  /** Without a zone: RFC 5545 allows it only where the start has none either. */
  | { readonly kind: 'wall'; readonly at: Temporal.PlainDateTime };

/** A recurrence rule of RFC 5545, 3.3.10, taken apart. */
export interface RecurrenceRule {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count?: number;
  readonly until?: Until;
  readonly wkst?: string;
  /** `TU`, `-1SU`, `2MO`. */
  readonly byDay?: readonly string[];
  readonly by: Readonly<Partial<Record<NumberPart, readonly number[]>>>;
}

/** What of the text is wrong: `BYDAY=XX`. */
export interface RuleFault {
  readonly kind: 'malformed' | 'unsupported';
  readonly part: string;
}
export type ParsedRule =
  | { readonly rule: RecurrenceRule; readonly fault?: never }
  | { readonly rule?: never; readonly fault: RuleFault };

/** Longer than any sensible rule, shorter than what would cost something to read. */
const longestRule = 2_000;
const longestNumber = 9;

/**
 * Reads the text after `RRULE:` by the grammar of RFC 5545, 3.3.10, and no wider: a part that is
 * unknown, repeated, out of range or not for its frequency is a fault. (Libraries pass over such
 * parts, and `FREQ=DAILY;BYMONTHDAY=99` then claims every day.) RSCALE and SKIP of RFC 7529 are
 * known and unsupported.
 */
export function parseRule(text: string): ParsedRule {
  if (text.length > longestRule) return fault('malformed', text);
  const draft: Draft = { interval: 1, by: {} };
  const seen = new Set<string>();
  for (const part of text.trim().toUpperCase().split(';')) {
    const [, name = '', value = ''] = /^([A-Z]+)=([A-Z0-9,+-]+)$/.exec(part) ?? [];
    if (name === 'RSCALE' || name === 'SKIP') return fault('unsupported', part);
    if (seen.has(name) || !readPart(name, value, draft)) return fault('malformed', part);
    seen.add(name);
  }
  const { freq } = draft;
  if (!freq) return fault('malformed', 'FREQ');
  const rule: RecurrenceRule = { ...draft, freq };
  const misused = misusedPart(rule);
  return misused ? fault('malformed', misused) : { rule };
}

/** The rule as text, in one order, so that equal rules are equal texts. */
export function ruleText(rule: RecurrenceRule): string {
  const parts = [`FREQ=${rule.freq}`];
  if (rule.interval !== 1) parts.push(`INTERVAL=${rule.interval}`);
  if (rule.count !== undefined) parts.push(`COUNT=${rule.count}`);
  if (rule.until) parts.push(`UNTIL=${untilText(rule.until)}`);
  if (rule.wkst) parts.push(`WKST=${rule.wkst}`);
  for (const [name, numbers] of Object.entries(rule.by)) parts.push(`${name}=${numbers.join(',')}`);
  if (rule.byDay) parts.push(`BYDAY=${rule.byDay.join(',')}`);
  return parts.join(';');
}

/** `20270328T003000Z`, `20270328T013000` or `20270328`. */
function untilText(until: Until): string {
  const basic = (text: string) => text.replaceAll(/[-:]/g, '');
  if (until.kind === 'instant') return basic(until.at.toString({ smallestUnit: 'second' }));
  if (until.kind === 'wall') return basic(until.at.toString({ smallestUnit: 'second' }));
  return basic(until.date.toString());
}

interface Draft {
  freq?: Frequency;
  interval: number;
  count?: number;
  until?: Until;
  wkst?: string;
  byDay?: readonly string[];
  by: Partial<Record<NumberPart, readonly number[]>>;
}

/** Whether the value is one that this part may have. */
function readPart(name: string, value: string, draft: Draft): boolean {
  if (name === 'FREQ') return assign(draft, 'freq', frequencyOf(value));
  if (name === 'INTERVAL') return (draft.interval = positive(value)) > 0;
  if (name === 'COUNT') return (draft.count = positive(value)) > 0;
  if (name === 'UNTIL') return assign(draft, 'until', parseUntil(value));
  if (name === 'WKST')
    return assign(
      draft,
      'wkst',
      weekdayCodes.find((code) => code === value),
    );
  if (name === 'BYDAY') return assign(draft, 'byDay', parseDays(value));
  if (!(name in numberParts)) return false;
  const part = name as NumberPart;
  return assign(draft.by, part, parseNumbers(value, numberParts[part]));
}

function assign<T extends object, K extends keyof T>(
  to: T,
  key: K,
  value: T[K] | undefined,
): boolean {
  if (value === undefined) return false;
  to[key] = value;
  return true;
}

function frequencyOf(value: string): Frequency | undefined {
  return frequencies.includes(value) ? (value as Frequency) : undefined;
}

/** 0 where it is no positive number. */
function positive(value: string): number {
  return /^\d+$/.test(value) && value.length <= longestNumber ? Number(value) : 0;
}

function parseNumbers(
  value: string,
  { least, most, signed }: { least: number; most: number; signed: boolean },
): number[] | undefined {
  const numbers = value.split(',').map((text) => {
    const [, sign = '', digits = ''] = /^([+-]?)(\d{1,3})$/.exec(text) ?? [];
    const size = digits === '' || (sign !== '' && !signed) ? NaN : Number(digits);
    if (!(size >= least && size <= most)) return NaN;
    return sign === '-' ? -size : size;
  });
  return numbers.some(Number.isNaN) ? undefined : numbers;
}

function parseDays(value: string): string[] | undefined {
  const days = value.split(',').map((text) => {
    const [, sign = '', ordinal = '', day = ''] =
      /^([+-]?)(\d{0,2})(MO|TU|WE|TH|FR|SA|SU)$/.exec(text) ?? [];
    if (day === '' || (ordinal === '' && sign !== '')) return '';
    if (ordinal === '') return day;
    const size = Number(ordinal);
    return size >= 1 && size <= 53 ? `${sign === '-' ? '-' : ''}${size}${day}` : '';
  });
  return days.includes('') ? undefined : days;
}

function parseUntil(value: string): Until | undefined {
  const [, date = '', time = '', zulu = ''] = /^(\d{8})(?:T(\d{6})(Z?))?$/.exec(value) ?? [];
  if (date === '') return undefined;
  try {
    if (time === '') return { kind: 'date', date: Temporal.PlainDate.from(date) };
    const at = Temporal.PlainDateTime.from(`${date}T${time}`);
    if (zulu === '') return { kind: 'wall', at };
    return { kind: 'instant', at: at.toZonedDateTime('UTC').toInstant() };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A part that RFC 5545 forbids beside the others. */
function misusedPart({ freq, count, until, by, byDay }: RecurrenceRule): string | null {
  const ordinals = byDay?.some((day) => day.length > 2) ?? false;
  const ordinalsAllowed = freq === 'MONTHLY' || (freq === 'YEARLY' && !by.BYWEEKNO);
  if (count !== undefined && until) return 'COUNT;UNTIL';
  if (ordinals && !ordinalsAllowed) return 'BYDAY';
  if (by.BYMONTHDAY && freq === 'WEEKLY') return 'BYMONTHDAY';
  if (by.BYYEARDAY && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(freq)) return 'BYYEARDAY';
  if (by.BYWEEKNO && freq !== 'YEARLY') return 'BYWEEKNO';
  const { BYSETPOS, ...others } = by;
  if (BYSETPOS && !byDay && Object.keys(others).length === 0) return 'BYSETPOS';
  return null;
}

function fault(kind: RuleFault['kind'], part: string): ParsedRule {
  return { fault: { kind, part: part.slice(0, 80) } };
}
