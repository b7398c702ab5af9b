/** One command of G-code: NIST RS274/NGC words, as printers' firmware reads them. */
export interface Words {
  /** For example G1 or M104. */
  readonly command: string;
  value(letter: string): number | null;
  has(letter: string): boolean;
}

const commandPattern = /^\s*(?:[nN]\d+\s*)?([gGmMtT])(\d{1,4})(?:\.\d+)?/;

/** Null for an empty line or something that is no command. Checksums and line numbers are passed over. */
export function parseWords(line: string): Words | null {
  const found = commandPattern.exec(line);
  if (!found) return null;
  const rest = line.slice(found[0].length).split('*')[0] ?? '';
  return {
    command: `${(found[1] ?? '').toUpperCase()}${Number(found[2])}`,
    value: (letter) => wordValue(rest, letter),
    has: (letter) => wordIndex(rest, letter) !== -1,
  };
}

function wordIndex(text: string, letter: string): number {
  const upper = text.indexOf(letter);
  return upper === -1 ? text.indexOf(letter.toLowerCase()) : upper;
}

function wordValue(text: string, letter: string): number | null {
  const index = wordIndex(text, letter);
  if (index === -1) return null;
  let end = index + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end += 1;
  const digits = text.slice(index + 1, end).trim();
  if (digits === '') return null;
  const value = Number(digits);
  return Number.isFinite(value) ? value : null;
}

function isNumberPart(code: number): boolean {
  // Digits, point, signs and spaces between letter and number.
  return (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 43 || code === 32;
}
