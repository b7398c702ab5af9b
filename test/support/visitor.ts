import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { mkdir } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Words } from './words.js';

export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly touch?: boolean;
}

export const phone: Screen = { name: 'phone', width: 390, height: 844 };
/** There machines × time has room, and a finger draws. */
export const lyingPhone: Screen = { name: 'lying-phone', width: 844, height: 390, touch: true };
export const desktop: Screen = { name: 'desktop', width: 1280, height: 900 };

/** Somebody at a screen of that size, in that language. */
export class Visitor {
  /** What the page complained of: errors in the console or thrown. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly screen: Screen,
    private readonly locale: 'fr' | 'en',
    private readonly words: Words,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused sign-in or a page asked for before it is also a line here; the page shows them.
      const network = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !network) this.complaints.push(message.text());
    });
  }

  static async arrive(
    browser: Browser,
    options: { base: string; screen: Screen; locale: 'fr' | 'en'; words: Words },
  ): Promise<Visitor> {
    const { base, screen, locale, words } = options;
    const context = await browser.newContext({
      baseURL: base,
      viewport: { width: screen.width, height: screen.height },
      hasTouch: screen.touch ?? false,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const visitor = new Visitor(page, context, screen, locale, words);
    await page.goto('/');
    await page.locator(`button[lang=${locale}]`).click();
    return visitor;
  }

  async signIn(email: string, password = 'demo'): Promise<void> {
    const { page, words } = this;
    await page.getByLabel(words('email')).fill(email);
    await page.getByLabel(words('password'), { exact: true }).fill(password);
    await page.getByRole('button', { name: words('sign_in'), exact: true }).click();
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** One finger on the screen, as the browser gets it from a touch screen. */
  async finger() {
    const session = await this.context.newCDPSession(this.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: object[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points as [] });
    return {
      down: (x: number, y: number) => touch('touchStart', [{ x, y }]),
      move: (x: number, y: number) => touch('touchMove', [{ x, y }]),
      up: () => touch('touchEnd', []),
    };
  }

  /**
   * Looks at the page as it stands: keeps a picture of it, and gives what is wrong for people who
   * cannot see it or whose screen is narrow.
   */
  async look(name: string): Promise<string[]> {
    const folder = 'screenshots';
    await mkdir(folder, { recursive: true });
    const path = `${folder}/${this.screen.name}-${this.locale}-${name}.png`;
    await this.page.screenshot({ path, fullPage: true });
    const overflow = await this.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    return [
      ...(await this.seriousViolations()),
      ...(overflow > 0 ? [`${name} is wider than the screen`] : []),
    ];
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  private async seriousViolations(): Promise<string[]> {
    // Evaluated by the debugger: the page's own policy forbids scripts that are not its own.
    await this.page.evaluate(axe.source);
    const results = await this.page.evaluate<AxeResults>('axe.run()');
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
}
