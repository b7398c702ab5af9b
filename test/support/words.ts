import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The web app's own texts, so that a test reads the page as a person of that language does. */
export type Words = (key: string, values?: Record<string, string>) => string;

export async function wordsIn(locale: 'fr' | 'en'): Promise<Words> {
  const texts = JSON.parse(await readFile(`web/messages/${locale}.json`, 'utf8')) as Record<
    string,
    unknown
  >;
  return (key, values = {}) => {
    const text = texts[key];
    if (typeof text !== 'string') throw new Error(`no plain text ${key} in ${locale}`);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  };
}

/** What a text begins with, up to its first value. */
export function beginningOf(words: Words, key: string): string {
  const values = new Proxy<Record<string, string>>({}, { get: () => '\u0000' });
  return words(key, values).split('\u0000')[0]?.trim() ?? '';
}

/** A text that depends on a number, for more than one of it. */
export function pluralOf(
  locale: 'fr' | 'en',
  key: string,
  count: number,
  values: Record<string, string> = {},
): string {
  const texts = JSON.parse(readFileSync(`web/messages/${locale}.json`, 'utf8')) as Record<
    string,
    unknown
  >;
  const [variants] = texts[key] as [{ match: Record<string, string> }];
  const text = variants.match['plural=*'];
  if (text === undefined) throw new Error(`no plural text ${key} in ${locale}`);
  const all: Record<string, string> = { count: String(count), ...values };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => all[name] ?? '');
}
