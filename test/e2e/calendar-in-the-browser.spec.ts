import { eventually } from '../support/eventually.js';
import { LabOnScreen, manager, newcomer, pull, tomorrow } from '../support/lab-on-screen.js';
import { desktop, phone } from '../support/visitor.js';

describe('the calendar in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const languages = [
    { locale: 'fr', drawn: 'Prusa MK4', typed: 'Creality Ender-3', phoned: 'Prusa MK4' },
    { locale: 'en', drawn: 'Prusa MINI+', typed: 'Bambu Lab A1', phoned: 'Prusa MINI+' },
  ] as const;

  it.each(languages)(
    'takes a booking drawn by hand, moves it, and takes the move back ($locale)',
    async ({ locale, drawn }) => {
      const { visitor, page, words } = await lab.arrive(desktop, locale);
      const row = page.getByRole('region', { name: drawn });
      await row.waitFor();
      expect(await visitor.look('20-calendar-day')).toEqual([]);

      await pull(row, 10.05, 11.95);
      // The ghost says what it would be before the button is let go.
      const tip = page.locator('.tip');
      await tip.getByText('10:00 – 12:00').waitFor();
      expect(await tip.innerText()).toContain(drawn);
      expect(await tip.innerText()).toContain(words('hint_approval'));
      await visitor.look('21-calendar-ghost');
      expect(await lab.standing(drawn)).toEqual([]);
      await page.mouse.up();
      const dialog = page.getByRole('dialog', { name: words('plan_new') });
      await dialog.getByLabel(words('purpose')).fill('Boîtiers');
      expect(await visitor.look('22-calendar-form')).toEqual([]);
      await dialog.getByRole('button', { name: words('plan_book') }).click();
      await row.getByRole('button', { name: /10:00 – 12:00/ }).waitFor();
      expect(await lab.standing(drawn)).toEqual([[10, 12]]);

      await pull(row, 11, 14);
      await page.mouse.up();
      const move = page.getByRole('dialog', { name: words('plan_move') });
      await move.getByText('13:00 – 15:00').waitFor();
      await move.getByRole('button', { name: words('plan_save') }).click();
      // Within its ten seconds, before anything else is looked at.
      await visitor.button(words('undo_move')).click();
      await row.getByRole('button', { name: /10:00 – 12:00/ }).waitFor();
      expect(await lab.standing(drawn)).toEqual([[10, 12]]);

      // By its right edge.
      await pull(row, 11.95, 13);
      await page.mouse.up();
      await move.getByText('10:00 – 13:00').waitFor();
      await move.getByRole('button', { name: words('plan_save') }).click();
      await row.getByRole('button', { name: /10:00 – 13:00/ }).waitFor();
      expect(await lab.standing(drawn)).toEqual([[10, 13]]);
      expect(await visitor.look('23-calendar-moved')).toEqual([]);

      await page.getByText(words('view_week'), { exact: true }).click();
      await row.getByRole('button', { name: /10:00 – 13:00/ }).waitFor();
      expect(await visitor.look('24-calendar-week')).toEqual([]);
    },
    120_000,
  );

  it.each(languages)(
    'does the same by keyboard alone ($locale)',
    async ({ locale, typed }) => {
      const { visitor, page, words } = await lab.arrive(desktop, locale);
      const row = page.getByRole('region', { name: typed });
      const fresh = row.getByRole('button', { name: words('new_on', { machine: typed }) });
      await fresh.focus();
      // Shows where it begins, at nine; then a quarter of an hour later; then half an hour longer.
      for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight'])
        await page.keyboard.press(key);
      const said = page.locator('.calendar [role=status]');
      await eventually(async () => expect(await said.innerText()).toMatch(/09:15\s–\s10:45/));
      expect(await said.innerText()).toContain(typed);
      await visitor.look('25-calendar-keyboard');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: words('plan_new') });
      await dialog.getByLabel(words('purpose')).focus();
      await page.keyboard.press('Enter');
      await row.getByRole('button', { name: /09:15 – 10:45/ }).waitFor();
      expect(await lab.standing(typed)).toEqual([[9.25, 10.75]]);

      await row.getByRole('button', { name: /09:15 – 10:45/ }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Escape');
      await eventually(async () => expect(await said.innerText()).toBe(words('ghost_dropped')));
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      const move = page.getByRole('dialog', { name: words('plan_move') });
      await move.getByText('10:00 – 11:30').waitFor();
      await move.getByLabel(words('plan_to'), { exact: true }).fill(`${tomorrow}T12:00`);
      await page.keyboard.press('Enter');
      await row.getByRole('button', { name: /10:00 – 12:00/ }).waitFor();
      expect(await lab.standing(typed)).toEqual([[10, 12]]);

      await page.getByRole('link', { name: words('skip_calendar') }).focus();
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('after-calendar');
    },
    120_000,
  );

  it('answers a conflict in place, with the next free time to take, and tells no secret', async () => {
    const machine = 'Prusa MK4';
    await lab.place(newcomer, machine, [16, 18], { purpose: 'Secret' });
    const { visitor, page, words } = await lab.arrive(desktop, 'fr');
    const row = page.getByRole('region', { name: machine });
    await row.getByRole('button', { name: new RegExp(words('booking_busy')) }).waitFor();
    expect(await page.content()).not.toContain('Secret');

    await pull(row, 15.05, 15.95);
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: words('plan_new') });
    await dialog.getByLabel(words('plan_to'), { exact: true }).fill(`${tomorrow}T16:30`);
    await dialog.getByText(/16:00 – 18:00/).waitFor();
    await dialog.getByRole('button', { name: words('plan_book') }).click();
    await dialog.getByText(words('next_free')).waitFor();
    expect(await visitor.look('26-calendar-conflict')).toEqual([]);
    const before = (await lab.standing(machine)).length;
    await dialog
      .getByRole('button', { name: /\d\d:\d\d – \d\d:\d\d/ })
      .first()
      .click();
    await dialog.waitFor({ state: 'detached' });
    expect((await lab.standing(machine)).length).toBe(before + 1);
  }, 120_000);

  it.each(languages)(
    'books, moves, cancels and takes back on a phone ($locale)',
    async ({ locale, phoned }) => {
      const { visitor, page, words } = await lab.arrive(phone, locale);
      await page.getByRole('link', { name: words('book_of', { machine: phoned }) }).waitFor();
      expect(await visitor.look('27-agenda')).toEqual([]);
      await page.getByRole('link', { name: words('book_of', { machine: phoned }) }).click();
      await page.getByRole('radio', { name: /20:00 – 21:00/ }).check();
      expect(await visitor.look('28-booker')).toEqual([]);
      await visitor.button(words('confirm_booking')).click();
      await page.waitForURL(/\/bookings$/);
      expect(await lab.standing(phoned)).toContainEqual([20, 21]);

      const cards = page.getByRole('article').filter({ hasText: phoned });
      const card = cards.filter({ hasText: '20:00 – 21:00' });
      await card.getByRole('button', { name: new RegExp(`^${words('move_booking')}`) }).click();
      const move = page.getByRole('dialog', { name: words('plan_move') });
      await move.getByLabel(words('plan_from'), { exact: true }).fill(`${tomorrow}T22:00`);
      expect(await visitor.look('29-move-form')).toEqual([]);
      await move.getByRole('button', { name: words('plan_save') }).click();
      const moved = cards.filter({ hasText: '22:00 – 23:00' });
      await moved.waitFor();
      expect(await lab.standing(phoned)).toContainEqual([22, 23]);
      expect(await visitor.look('30-my-bookings')).toEqual([]);

      await moved.getByRole('button', { name: new RegExp(words('cancel_booking')) }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: words('cancel_booking_confirm') })
        .click();
      await visitor.button(words('undo_cancel')).click();
      await page
        .getByText(words('booking_back', { machine: phoned, slot: '' }).slice(0, 22))
        .waitFor();
      await eventually(async () => expect(await lab.standing(phoned)).toContainEqual([22, 23]));

      // The same once more, a week on, from the list.
      await moved.getByRole('button', { name: new RegExp(`^${words('repeat_booking')}`) }).click();
      const again = page.getByRole('dialog', { name: words('plan_new') });
      await again.getByRole('button', { name: words('plan_book') }).click();
      await again.waitFor({ state: 'detached' });
      await eventually(async () => expect(await moved.count()).toBe(2));
    },
    120_000,
  );

  it('shows the manager what stands around a request', async () => {
    const { visitor, page, words } = await lab.arrive(desktop, 'fr', { email: manager });
    await lab.place(newcomer, 'Prusa MINI+', [6, 7], { purpose: 'Premier' });
    await visitor.open('/desk');
    const day = page
      .getByRole('region', { name: words('desk_day', { machine: 'Prusa MINI+' }) })
      .first();
    await day.getByText('06:00 – 07:00').waitFor();
    await day.getByText('10:00 – 13:00').waitFor();
    expect(await visitor.look('31-desk')).toEqual([]);
  }, 60_000);
});
