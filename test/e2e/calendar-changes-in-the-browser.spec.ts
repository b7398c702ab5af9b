import { LabOnScreen, member, newcomer } from '../support/lab-on-screen.js';
import { desktop } from '../support/visitor.js';

describe('changing bookings in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  it.each(['fr', 'en'] as const)(
    'says in plain words that a cancelled slot was taken before the undo (%s)',
    async (locale) => {
      const machine = locale === 'fr' ? 'Prusa MK4' : 'Prusa MINI+';
      await lab.place(member, machine, [8, 9]);
      const { visitor, page, words } = await lab.arrive(desktop, locale, { path: '/bookings' });
      await page
        .getByRole('article')
        .filter({ hasText: machine })
        .getByRole('button', { name: new RegExp(`^${words('cancel_booking')}`) })
        .click();
      await visitor.button(words('cancel_booking_confirm')).click();
      await visitor.button(words('undo_cancel')).waitFor();
      await lab.place(newcomer, machine, [8, 9]);
      await visitor.button(words('undo_cancel')).click();
      const said = page.locator('[role=status]').filter({ hasText: machine });
      await said.filter({ hasText: words('undo_taken', { machine }).split(machine)[0] ?? '' }).waitFor();
      expect(await visitor.look('40-undo-taken')).toEqual([]);
    },
  );
});
