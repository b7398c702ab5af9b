import type { Page } from 'playwright-core';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { eventually } from '../support/eventually.js';
import {
  LabOnScreen,
  manager,
  member,
  newcomer,
  pull,
  tomorrow,
} from '../support/lab-on-screen.js';
import { desktop, lyingPhone } from '../support/visitor.js';
import { beginningOf } from '../support/words.js';

const languages = ['fr', 'en'] as const;

describe('changing bookings in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const rowOf = (page: Page, machine: string) => page.getByRole('region', { name: machine });

  it.each(languages)(
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
      await page
        .getByRole('status')
        .filter({ hasText: beginningOf(words, 'undo_taken') })
        .waitFor();
      expect(await visitor.look('40-undo-taken')).toEqual([]);
    },
  );

  it('resizes by the left edge, and puts it back with Escape', async () => {
    const machine = 'Creality Ender-3';
    await lab.place(member, machine, [12, 14]);
    const { page, words } = await lab.arrive(desktop, 'fr');
    const row = rowOf(page, machine);
    await row.getByRole('button', { name: /12:00 – 14:00/ }).waitFor();
    await pull(row, 12.05, 10);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await pull(row, 12.05, 11);
    await page.mouse.up();
    const move = page.getByRole('dialog', { name: words('plan_move') });
    await move.getByText('11:00 – 14:00').waitFor();
    await move.getByRole('button', { name: words('plan_save') }).click();
    await row.getByRole('button', { name: /11:00 – 14:00/ }).waitFor();
    expect(await lab.standing(machine)).toEqual([[11, 14]]);
  });

  it('draws with a finger that rests, and scrolls with one that does not', async () => {
    const machine = 'Bambu Lab A1';
    const { visitor, page, words } = await lab.arrive(lyingPhone, 'fr');
    const row = rowOf(page, machine);
    await row.scrollIntoViewIfNeeded();
    const finger = await visitor.finger();
    const box = await row.locator('[data-track]').boundingBox();
    if (box === null) throw new Error('the row is not to be seen');
    const y = box.y + box.height / 2;
    const x = (hour: number) => box.x + (box.width * hour) / 24;
    const scrolled = () => page.evaluate<number>("document.querySelector('.timeline').scrollLeft");

    await finger.down(x(9), y);
    await page.locator('[data-ghost]').waitFor();
    for (const hour of [9.5, 10, 10.95]) await finger.move(x(hour), y);
    await page.locator('.tip').getByText('09:00 – 11:00').waitFor();
    await finger.up();
    const dialog = page.getByRole('dialog', { name: words('plan_new') });
    await dialog.waitFor();
    expect(await visitor.look('41-finger')).toEqual([]);
    await dialog.getByRole('button', { name: words('plan_book') }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await lab.standing(machine)).toEqual([[9, 11]]);

    const before = await scrolled();
    await finger.down(x(15), y);
    for (const hour of [14.5, 14, 13.5]) await finger.move(x(hour), y);
    await finger.up();
    await eventually(async () => expect(await scrolled()).toBeGreaterThan(before + 20));
    expect(await page.locator('[data-ghost]').count()).toBe(0);
  });

  it('cancels by keyboard alone', async () => {
    const machine = 'Prusa MK4';
    await lab.place(member, machine, [16, 17]);
    const { visitor, page, words } = await lab.arrive(desktop, 'en');
    await rowOf(page, machine)
      .getByRole('button', { name: /16:00 – 17:00/ })
      .focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: words('plan_move') });
    const cancel = dialog.getByRole('button', { name: words('cancel_booking') });
    await cancel.focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await visitor.button(words('undo_cancel')).waitFor();
    expect(await lab.standing(machine)).not.toContainEqual([16, 17]);
  });

  it.each(languages)(
    'says that somebody else has changed it, shows how it is, and the next try is about that (%s)',
    async (locale) => {
      const machine = locale === 'fr' ? 'Prusa MINI+' : 'Creality Ender-3';
      const { id } = await lab.place(member, machine, [18, 19]);
      const { visitor, page, words } = await lab.arrive(desktop, locale);
      const row = rowOf(page, machine);
      await row.getByRole('button', { name: /18:00 – 19:00/ }).click();
      const dialog = page.getByRole('dialog', { name: words('plan_move') });
      await dialog.getByLabel(words('plan_from'), { exact: true }).fill(`${tomorrow}T20:00`);

      const staff = await lab.as(manager);
      const times = { startsAt: lab.at(21), endsAt: lab.at(22) };
      expect((await staff.patch(`/bookings/${id}`, times)).status).toBe(200);
      await dialog.getByText(beginningOf(words, 'plan_changed')).waitFor();
      await dialog.getByRole('button', { name: words('plan_save') }).click();
      const alert = dialog.getByRole('alert');
      await alert.getByText('21:00 – 22:00').waitFor();
      expect((await staff.get<BookingDto>(`/bookings/${id}`)).body.startsAt).toBe(lab.at(21));
      expect(await visitor.look('42-changed-meanwhile')).toEqual([]);

      await dialog.getByRole('button', { name: words('plan_save') }).click();
      await row.getByRole('button', { name: /20:00 – 21:00/ }).waitFor();
      expect(await lab.standing(machine)).toContainEqual([20, 21]);
    },
  );

  it('says before it is released whether a manager has to answer, by the length', async () => {
    const machine = 'Bambu Lab A1';
    await lab.rule(machine, { approval: { autoUnder: 'PT2H' } });
    const { page, words } = await lab.arrive(desktop, 'fr');
    const row = rowOf(page, machine);
    await row.waitFor();
    await pull(row, 18.05, 19.45);
    const tip = page.locator('.tip');
    await tip.getByText(words('hint_free')).waitFor();
    await page.mouse.move(...(await pointAt(row, 19.95)));
    await tip.getByText(words('hint_approval')).waitFor();
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: words('plan_new') });
    await dialog.getByText(words('hint_approval')).waitFor();
    await dialog.getByLabel(words('plan_to'), { exact: true }).fill(`${tomorrow}T19:45`);
    await dialog.getByText(words('hint_free')).waitFor();
    await dialog.getByRole('button', { name: words('plan_book') }).click();
    await row.getByRole('button', { name: new RegExp(words('booking_confirmed')) }).waitFor();
  });

  it.each([
    { date: '2027-03-28', hours: 23, twice: [], skipped: '02:00', shown: '01:00 – 04:00' },
    { date: '2027-10-31', hours: 25, twice: ['02:00'], skipped: null, shown: '01:00 – 04:00' },
  ])(
    'draws the $hours hours of $date as they are',
    async ({ date, hours, twice, skipped, shown }) => {
      const machine = 'Prusa MINI+';
      const staff = await lab.as(manager);
      const offset = hours === 23 ? '+02:00' : '+01:00';
      const first = hours === 23 ? '+01:00' : '+02:00';
      const placed = await staff.post<BookingDto>('/bookings', {
        machineId: lab.machineId(machine),
        startsAt: `${date}T01:00:00${first}`,
        endsAt: `${date}T04:00:00${offset}`,
        override: true,
        overrideReason: 'the day the clocks change',
      });
      expect(placed.status).toBe(201);
      const path = `/calendar?date=${date}`;
      const { visitor, page } = await lab.arrive(desktop, 'fr', { email: manager, path });
      const item = rowOf(page, machine).locator(`[data-booking="${placed.body.id}"]`);
      await item.waitFor();
      const labels = await page.locator('.axis .hour').allInnerTexts();
      expect(labels.length).toBe(hours);
      expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual(twice);
      if (skipped !== null) expect(labels).not.toContain(skipped);
      expect(await item.innerText()).toContain(shown);
      // Two or four hours of elapsed time, among those of the day.
      const track = await rowOf(page, machine).locator('[data-track]').boundingBox();
      const box = await item.boundingBox();
      const share = (box?.width ?? 0) / (track?.width ?? 1);
      expect(share).toBeCloseTo((hours === 23 ? 2 : 4) / hours, 2);
      expect(((box?.x ?? 0) - (track?.x ?? 0)) / (track?.width ?? 1)).toBeCloseTo(1 / hours, 2);
      await page.evaluate("document.querySelector('.timeline').scrollLeft = 0");
      expect(await visitor.look(`43-day-of-${hours}-hours`)).toEqual([]);
    },
  );

  const pointAt = async (row: ReturnType<typeof rowOf>, hour: number) => {
    const box = await row.locator('[data-track]').boundingBox();
    if (box === null) throw new Error('the row is not to be seen');
    return [box.x + (box.width * hour) / 24, box.y + box.height / 2] as const;
  };
});
