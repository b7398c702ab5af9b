import type { Page } from 'playwright-core';
import { encode } from 'uqr';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { LabOnScreen, manager, member, newcomer } from '../support/lab-on-screen.js';
import { Visitor, desktop, phone } from '../support/visitor.js';
import { beginningOf, wordsIn } from '../support/words.js';

const languages = ['fr', 'en'] as const;

/** The sizes of a PDF's pages in millimetres, as the printer is told. */
function pagesOf(pdf: Buffer): string[] {
  const boxes = pdf.toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g);
  const millimetres = (points: string | undefined) => Math.round((Number(points) / 72) * 25.4);
  return [...boxes].map(([, width, height]) => `${millimetres(width)} × ${millimetres(height)}`);
}

/** The modules of the code that is on the page, dark ones as #. */
async function drawn(page: Page): Promise<string[]> {
  const code = page.locator('.sign svg');
  const size = Number((await code.getAttribute('viewBox'))?.split(' ')[2]);
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => ' '));
  const path = (await code.locator('path').getAttribute('d')) ?? '';
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    const row = rows[Number(y)];
    if (row !== undefined) row[Number(x)] = '#';
  }
  return rows.map((row) => row.join(''));
}

describe('at the machine, with the phone', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
    // Whoever stands there wants no manager's answer first.
    for (const machine of ['Prusa MK4', 'Prusa MINI+', 'Creality Ender-3', 'Bambu Lab A1'])
      await lab.rule(machine, { approval: 'auto' });
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const read = async (id: string) =>
    (await (await lab.as(manager)).get<BookingDto>(`/bookings/${id}`)).body;
  const bookNow = async (email: string, machine: string) => {
    const body = { machineId: lab.machineId(machine), duration: 'PT1H' };
    const placed = await (await lab.as(email)).post<BookingDto>('/bookings', body);
    expect(placed.status).toBe(201);
    return placed.body;
  };

  it.each(languages)(
    'the sign leads to the check-in and fits its sheet of paper (%s)',
    async (locale) => {
      const machine = 'Prusa MK4';
      const arrived = await lab.arrive(desktop, locale, { email: manager, path: '/machines' });
      const { visitor, page, words } = arrived;
      await page.getByRole('link', { name: words('sign_of', { machine }) }).click();
      const address = `${lab.server.base}/machines/${lab.machineId(machine)}/check-in`;
      await page.getByText(address, { exact: true }).waitFor();
      const { data } = encode(address, { ecc: 'Q', border: 4 });
      const wanted = data.map((row) => row.map((dark) => (dark ? '#' : ' ')).join(''));
      expect(await drawn(page)).toEqual(wanted);
      expect(await visitor.look('50-sign')).toEqual([]);

      expect(pagesOf(await page.pdf({ preferCSSPageSize: true }))).toEqual(['105 × 148']);
      await page.getByRole('radio', { name: 'A5' }).check();
      expect(pagesOf(await page.pdf({ preferCSSPageSize: true }))).toEqual(['148 × 210']);
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: `screenshots/desktop-${locale}-51-sign-printed.png` });
    },
  );

  it('does not show signs to members', async () => {
    const path = `/machines/${lab.machineId('Prusa MK4')}/qr`;
    const { page, words } = await lab.arrive(phone, 'fr', { path });
    await page.getByRole('heading', { name: words('not_found_title') }).waitFor();
  });

  it.each(languages)(
    'signs in and comes back, says "I am here", and ends it (%s)',
    async (locale) => {
      const machine = locale === 'fr' ? 'Prusa MINI+' : 'Creality Ender-3';
      const { id } = await bookNow(member, machine);
      const words = await wordsIn(locale);
      const { base } = lab.server;
      const visitor = await Visitor.arrive(lab.browser, { base, screen: phone, locale, words });
      lab.welcome(visitor);
      const { page } = visitor;
      await visitor.open(`/machines/${lab.machineId(machine)}/check-in`);
      await visitor.signIn(member);
      await visitor.button(words('check_in')).waitFor();
      expect(await visitor.look('52-check-in')).toEqual([]);
      await visitor.button(words('check_in')).click();
      await page.getByRole('heading', { name: beginningOf(words, 'yours_until') }).waitFor();
      expect((await read(id)).state).toBe('checked_in');
      expect(await visitor.look('53-checked-in')).toEqual([]);

      await page.getByRole('button', { name: new RegExp(`^${words('check_out')}`) }).click();
      await page.getByText(words('check_in_none')).waitFor();
      expect((await read(id)).state).toBe('completed');
    },
  );

  it.each(languages)(
    'takes the machine where it is free, without a booking (%s)',
    async (locale) => {
      const machine = locale === 'fr' ? 'Bambu Lab A1' : 'Prusa MK4';
      const path = `/machines/${lab.machineId(machine)}/check-in`;
      const { visitor, page, words } = await lab.arrive(phone, locale, { path });
      await page.getByText(words('check_in_none')).waitFor();
      const now = page.getByRole('button', { name: beginningOf(words, 'walk_in_now') });
      await now.waitFor();
      expect(await visitor.look('54-walk-in')).toEqual([]);
      await now.click();
      await page.getByRole('heading', { name: beginningOf(words, 'yours_until') }).waitFor();

      // Whoever comes now is told until when, and offered what comes after.
      const other = await lab.arrive(phone, locale, { email: newcomer, path });
      const until = beginningOf(words, 'card_booked_until');
      await other.page.getByText(until).waitFor();
      await other.page
        .getByRole('button', { name: /\d\d:\d\d\s–/ })
        .first()
        .waitFor();
      expect(await other.visitor.look('55-walk-in-later')).toEqual([]);
    },
  );
});
