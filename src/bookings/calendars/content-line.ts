import type { Temporal } from 'temporal-polyfill';

/** RFC 5545, 3.1: at most so many octets, the line break aside. */
const longestLine = 75;

/**
 * One content line of RFC 5545, 3.1, with its CRLF, folded so that no character is torn apart.
 * `name` includes the parameters: `DTSTART;TZID=Europe/Paris`. `value` is escaped already, where
 * its type needs that.
 */
export function contentLine(name: string, value: string): string {
  const whole = `${name}:${value}`;
  // No character takes more than three octets of UTF-8 for each unit of UTF-16.
  if (whole.length * 3 <= longestLine || Buffer.byteLength(whole) <= longestLine) {
    return `${whole}\r\n`;
  }
  const lines: string[] = [];
  let line = '';
  let octets = 0;
  for (const character of whole) {
    const size = Buffer.byteLength(character);
    if (octets + size > longestLine) {
      lines.push(line);
      // The space that marks a continuation counts.
      [line, octets] = [' ', 1];
    }
    line += character;
    octets += size;
  }
  return `${[...lines, line].join('\r\n')}\r\n`;
}

/**
 * A TEXT value, RFC 5545, 3.3.11: backslash, semicolon, comma and line break escaped. Control
 * characters, which it may not contain, are left out.
 */
export function textValue(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** A DATE-TIME in UTC, form 2 of RFC 5545, 3.3.5: `20270328T003000Z`. */
export function utcValue(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A DATE-TIME without a zone of its own, forms 1 and 3: `20270328T013000`. */
export function wallValue(wall: Temporal.PlainDateTime): string {
  return wall.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
}
