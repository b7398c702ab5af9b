import { malformed } from './calendar-refusal.js';

/** A content line of RFC 5545, 3.1, unfolded, and where it begins in the file (from 1). */
export interface CalendarLine {
  readonly line: number;
  /** In capitals: `DTSTART`. */
  readonly name: string;
  readonly text: string;
}

/** What a content line says. */
export interface Property {
  readonly line: number;
  readonly name: string;
  /** By names in capitals, of several values the first: `TZID`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** As it is written. */
  readonly value: string;
}

/**
 * The content lines of a file, one after the other; empty lines, which many writers leave at the
 * end, are passed over. Throws `calendar.malformed` for a line that is none.
 */
export function* calendarLines(text: string): Generator<CalendarLine> {
  let pending: { line: number; parts: string[] } | null = null;
  let line = 0;
  for (const physical of physicalLines(text)) {
    line += 1;
    if (pending && /^[ \t]/.test(physical)) {
      pending.parts.push(physical.slice(1));
    } else if (physical.trim() !== '') {
      if (pending) yield contentLineOf(pending);
      pending = { line, parts: [physical] };
    }
  }
  if (pending) yield contentLineOf(pending);
}

/** Without the line break, be it CRLF or LF, and without a byte order mark. */
function* physicalLines(text: string): Generator<string> {
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  while (from < text.length) {
    const at = text.indexOf('\n', from);
    const end = at < 0 ? text.length : at;
    yield text.slice(from, text[end - 1] === '\r' ? end - 1 : end);
    from = end + 1;
  }
}

function contentLineOf({ line, parts }: { line: number; parts: string[] }): CalendarLine {
  const text = parts.join('');
  const name = /^([A-Za-z0-9-]+)[;:]/.exec(text)?.[1];
  if (name === undefined) throw malformed(line, text);
  return { line, name: name.toUpperCase(), text };
}

/** `;TZID="Here, there"`; more values follow a comma. RFC 5545, 3.1. */
const parameter = /;([A-Za-z0-9-]+)=(?:"([^"]*)"|([^",;:]*))(?:,(?:"[^"]*"|[^",;:]*))*/y;

/** Takes a content line apart. Throws `calendar.malformed`. */
export function propertyOf({ line, name, text }: CalendarLine): Property {
  const parameters = new Map<string, string>();
  let at = name.length;
  while (text[at] !== ':') {
    parameter.lastIndex = at;
    const [found, key = '', quoted, plain = ''] = parameter.exec(text) ?? [];
    if (found === undefined) throw malformed(line, text);
    parameters.set(key.toUpperCase(), quoted ?? plain);
    at += found.length;
  }
  return { line, name, parameters, value: text.slice(at + 1) };
}

/** A TEXT value, RFC 5545, 3.3.11, without its escapes. */
export function textOf({ value }: Property): string {
  return value.replace(/\\([\\;,nN])/g, (_escaped, character: string) =>
    character === 'n' || character === 'N' ? '\n' : character,
  );
}
