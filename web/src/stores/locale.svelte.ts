import { overwriteGetLocale } from '../paraglide/runtime.js';
import type { Locale } from '../api/types';

const key = 'creneau.locale';

function isLocale(value: string | null | undefined): value is Locale {
  return value === 'fr' || value === 'en';
}

function fromBrowser(): Locale {
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2);
    if (isLocale(language)) return language;
  }
  return 'fr';
}

/** The language of the page: the reader's own choice, else the member's, else the browser's. */
class LocaleStore {
  #current = $state<Locale>('fr');

  constructor() {
    this.#set(this.#chosen() ?? fromBrowser());
    // Reading the state inside makes every message in a template follow the switch.
    overwriteGetLocale(() => this.#current);
  }

  get current(): Locale {
    return this.#current;
  }

  choose(locale: Locale): void {
    localStorage.setItem(key, locale);
    this.#set(locale);
  }

  /** What the member's account says counts until somebody uses the switch on this device. */
  suggest(locale: Locale): void {
    if (this.#chosen() === null && isLocale(locale)) this.#set(locale);
  }

  #chosen(): Locale | null {
    const stored = localStorage.getItem(key);
    return isLocale(stored) ? stored : null;
  }

  #set(locale: Locale): void {
    this.#current = locale;
    document.documentElement.lang = locale;
  }
}

export const locale = new LocaleStore();
