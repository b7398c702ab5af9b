import { Temporal } from 'temporal-polyfill';
import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import { wallAt } from '../builders/series.js';
import {
  LabOnScreen,
  manager,
  member,
  newcomer,
  pull,
  tomorrow,
} from '../support/lab-on-screen.js';
import { desktop, phone } from '../support/visitor.js';
import { pluralOf } from '../support/words.js';

describe('a booking that repeats, in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const first = Temporal.PlainDate.from(tomorrow);
  const dayIn = (days: number) => first.add({ days }).toString();
  const words = (date: string, locale: 'fr' | 'en', options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', {
      timeZone: 'Europe/Paris',
      ...options,
    })
      .format(new Date(wallAt(date, '12:00')))
      .replace(/\b1 (?=[a-zéû])/, '1er ');
  const dayWords = (date: string, locale: 'fr' | 'en') =>
    words(date, locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const bookPage = (machine: string) => `/machines/${lab.machineId(machine)}/book?date=${tomorrow}`;
  const place = async (machine: string, date: string, from: string, to: string) => {
    const times = { startsAt: wallAt(date, from), endsAt: wallAt(date, to) };
    const body = { machineId: lab.machineId(machine), ...times };
    expect((await (await lab.as(newcomer)).post('/bookings', body)).status).toBe(201);
  };
  /** Those of the member on a machine, by the server. */
  const had = async (machine: string): Promise<BookingDto[]> => {
    const query = `memberId=me&machineId=${lab.machineId(machine)}&limit=200`;
    const client = await lab.as(member);
    return (await client.get<BookingPageDto>(`/bookings?${query}`)).body.items;
  };
  const starts = (bookings: BookingDto[]) => bookings.map(({ startsAt }) => startsAt);

  it('is said in a sentence before it is booked, and then is in the list with its sign', async () => {
    const machine = 'Prusa MK4';
    const path = bookPage(machine);
    const { visitor, page, words: texts } = await lab.arrive(phone, 'fr', { path });
    await page.getByRole('radio', { name: /, 10:00/ }).check();
    await page.getByLabel(texts('repeat_label')).selectOption('weekly');
    const weekday = words(tomorrow, 'fr', { weekday: 'long' });
    const last = words(dayIn(49), 'fr', { day: 'numeric', month: 'long' });
    const sentence = `8 fois, chaque ${weekday} de 10:00 à 11:00, jusqu’au ${last}.`;
    await page.getByText(sentence).first().waitFor();
    await page.getByLabel(texts('repeat_ends')).selectOption('until');
    expect(await page.getByLabel(texts('repeat_until')).inputValue()).toBe(dayIn(49));
    await page.getByLabel(texts('repeat_until')).fill(dayIn(20));
    await page
      .getByText(/^3 fois, chaque/)
      .first()
      .waitFor();
    expect(await visitor.look('70-repeat')).toEqual([]);
    await visitor.button(texts('plan_book_all', { count: '3' })).click();
    await page.waitForURL(/\/bookings$/);
    await page.getByRole('status').filter({ hasText: '3 fois, chaque' }).waitFor();
    const rows = page.getByRole('article').filter({ hasText: texts('series_mark') });
    await rows.nth(2).waitFor();
    expect(await visitor.look('71-repeated')).toEqual([]);
    const bookings = await had(machine);
    expect(starts(bookings)).toEqual([0, 7, 14].map((days) => wallAt(dayIn(days), '10:00')));
    expect(new Set(bookings.map(({ seriesId }) => seriesId)).size).toBe(1);
  });

  it('names what is not free by its date, takes others one by one, then the rest', async () => {
    const machine = 'Prusa MINI+';
    await lab.rule(machine, { approval: 'auto' });
    await place(machine, dayIn(7), '14:00', '16:00');
    await place(machine, dayIn(21), '14:30', '15:00');
    const { visitor, page, words: texts } = await lab.arrive(desktop, 'en');
    const row = page.getByRole('region', { name: machine });
    await row.waitFor();
    await pull(row, 14.05, 15.95);
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: texts('plan_new') });
    await dialog.getByLabel(texts('repeat_label')).selectOption('weekly');
    await dialog.getByLabel(texts('repeat_times')).fill('5');
    await dialog.getByLabel(texts('repeat_times')).press('Tab');
    await dialog.getByText(/^5 times, every/).waitFor();
    expect(await visitor.look('72-repeat-in-form')).toEqual([]);
    await dialog.getByRole('button', { name: texts('plan_book_all', { count: '5' }) }).click();

    await dialog
      .getByRole('heading', { name: pluralOf('en', 'series_not_free', 2, { wanted: '5' }) })
      .waitFor();
    const refused = dialog.getByRole('listitem').filter({ hasText: 'This slot is taken.' });
    expect(await refused.count()).toBe(2);
    await refused.filter({ hasText: dayWords(dayIn(21), 'en') }).waitFor();
    expect(await had(machine)).toEqual([]);
    expect(await visitor.look('73-not-all-free')).toEqual([]);

    await refused
      .filter({ hasText: dayWords(dayIn(7), 'en') })
      .getByRole('button')
      .first()
      .click();
    await dialog.getByRole('status').filter({ hasText: 'Booked instead' }).waitFor();
    expect(await had(machine)).toMatchObject([{ seriesId: null }]);
    await dialog.getByRole('button', { name: pluralOf('en', 'series_book_others', 3) }).click();
    await dialog.getByText(pluralOf('en', 'series_partly', 3, { wanted: '5' })).waitFor();
    // What was taken instead before is still known.
    expect(await dialog.getByText('Booked instead').count()).toBe(1);
    expect(await visitor.look('74-booked-in-part')).toEqual([]);
    const bookings = (await had(machine)).filter(({ seriesId }) => seriesId !== null);
    expect(starts(bookings)).toEqual([0, 14, 28].map((days) => wallAt(dayIn(days), '14:00')));
  });

  it('is booked as far as possible where one asks for that, and says how many were not', async () => {
    const machine = 'Creality Ender-3';
    await lab.rule(machine, { approval: 'manager' });
    await place(machine, dayIn(14), '09:00', '11:00');
    const path = bookPage(machine);
    const { visitor, page, words: texts } = await lab.arrive(phone, 'en', { path });
    await page.getByRole('radio', { name: /, 09:00/ }).check();
    await page.getByLabel(texts('repeat_label')).selectOption('fortnightly');
    await page.getByLabel(texts('repeat_times')).fill('3');
    await page.getByLabel(texts('repeat_skip')).check();
    await visitor.button(texts('plan_book_all', { count: '3' })).click();
    await page.getByText(pluralOf('en', 'series_partly_requested', 2, { wanted: '3' })).waitFor();
    const left = page.getByRole('listitem').filter({ hasText: 'This slot is taken.' });
    await left.filter({ hasText: dayWords(dayIn(14), 'en') }).waitFor();
    expect(await visitor.look('75-as-far-as-possible')).toEqual([]);
    await left.getByRole('button').first().click();
    await page.getByRole('status').filter({ hasText: 'Requested instead' }).waitFor();
    expect(await had(machine)).toHaveLength(3);
  });

  it('says beforehand what lies too far ahead, and staff may say why it is right', async () => {
    const machine = 'Bambu Lab A1';
    await lab.rule(machine, { horizon: 'P10D', approval: 'auto' });
    const path = `/calendar?date=${tomorrow}`;
    const {
      visitor,
      page,
      words: texts,
    } = await lab.arrive(desktop, 'fr', {
      email: manager,
      path,
    });
    const row = page.getByRole('region', { name: machine });
    await row.waitFor();
    await pull(row, 14.05, 15.95);
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: texts('plan_new') });
    await dialog.getByLabel(texts('repeat_label')).selectOption('weekly');
    await dialog.getByText(/6 dates sont trop loin/).waitFor();
    await dialog.getByRole('button', { name: texts('plan_book_all', { count: '8' }) }).click();
    await dialog.getByLabel(texts('override_reason')).fill('Résidence d’artiste');
    expect(await visitor.look('76-too-far')).toEqual([]);
    await dialog.getByRole('button', { name: texts('override_book') }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('status').filter({ hasText: '8 fois' }).waitFor();
  });
});
