import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { startDemo } from '../support/demo-server.js';
import type { DemoServer } from '../support/demo-server.js';
import { readFeed } from '../support/feed-reader.js';
import { Visitor, desktop, phone } from '../support/visitor.js';
import type { Screen } from '../support/visitor.js';
import { wordsIn } from '../support/words.js';

describe('subscribing to a calendar in a browser', () => {
  let server: DemoServer;
  let browser: Browser;

  beforeAll(async () => {
    server = await startDemo();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it.each<{ screen: Screen; locale: 'fr' | 'en' }>([
    { screen: phone, locale: 'fr' },
    { screen: desktop, locale: 'en' },
  ])(
    'gives a link that is shown once, works, and is revoked ($screen.name, $locale)',
    async ({ screen, locale }) => {
      const words = await wordsIn(locale);
      const visitor = await Visitor.arrive(browser, { base: server.base, screen, locale, words });
      const { page } = visitor;
      await visitor.signIn('entrepreneur@demo.creneau.local');
      await page.waitForURL((url) => url.pathname !== '/sign-in');
      await visitor.open('/bookings');
      await visitor.button(words('feed_make')).click();
      const link = page.getByLabel(words('feed_link'));
      const url = await link.inputValue();
      expect(url).toMatch(new RegExp(`^${server.base}/api/v1/feeds/[\\w-]{43}\\.ics$`));
      expect(await (await readFeed(url)).text()).toContain('BEGIN:VCALENDAR');
      const open = page.getByRole('link', { name: words('feed_open') });
      expect(await open.getAttribute('href')).toBe(url.replace('http:', 'webcal:'));
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await visitor.button(words('feed_copy')).click();
      await page.getByText(words('feed_copied')).first().waitFor();
      expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(url);
      expect(await visitor.look('feeds')).toEqual([]);

      await page.reload();
      const what = words('feed_of_me');
      const revoke = visitor.button(words('feed_revoke_of', { what }));
      await revoke.waitFor();
      expect(await page.content()).not.toContain(url);
      await revoke.click();
      expect(await visitor.look('feeds-revoke')).toEqual([]);
      await visitor.button(words('feed_revoke_confirm')).click();
      await page.getByText(words('feed_revoked', { what })).first().waitFor();
      await revoke.waitFor({ state: 'detached' });
      expect((await readFeed(url)).status).toBe(404);
      expect(visitor.complaints).toEqual([]);
      await visitor.leave();
    },
  );
});
