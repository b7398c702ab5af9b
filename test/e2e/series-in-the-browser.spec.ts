import { Temporal } from 'temporal-polyfill';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { PlacedSeriesDto, SeriesDto } from '../../src/bookings/series/series.dto.js';
import { wallAt } from '../builders/series.js';
import { eventually } from '../support/eventually.js';
import { LabOnScreen, manager, member, pull, tomorrow } from '../support/lab-on-screen.js';
import { desktop, phone } from '../support/visitor.js';
import { pluralOf } from '../support/words.js';

describe('a series of bookings in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const first = Temporal.PlainDate.from(tomorrow);
  const dayIn = (days: number) => first.add({ days }).toString();
  const place = async (machine: string, hours: readonly [string, string], rule: string) => {
    const [from, to] = hours;
    const times = { startsAt: wallAt(tomorrow, from), endsAt: wallAt(tomorrow, to) };
    const asked = { machineId: lab.machineId(machine), ...times, rule };
    const client = await lab.as(member);
    const { status, body } = await client.post<PlacedSeriesDto>('/bookings/series', asked);
    expect(status).toBe(201);
    return body;
  };
  const bookingsOf = async (seriesId: string) => {
    const path = `/bookings/series/${seriesId}`;
    const { body } = await (await lab.as(manager)).get<SeriesDto>(path);
    return body.occurrences.flatMap(({ booking }) => booking ?? []);
  };
  const states = async ({ id }: PlacedSeriesDto) =>
    (await bookingsOf(id)).map(({ state }) => state);
  const starts = async (bookings: readonly BookingDto[]) => {
    const client = await lab.as(manager);
    const read = ({ id }: BookingDto) => client.get<BookingDto>(`/bookings/${id}`);
    return (await Promise.all(bookings.map(read))).map(({ body }) => body.startsAt);
  };

  it('is dragged from one of its bookings on, and the earlier one stays', async () => {
    const machine = 'Prusa MK4';
    await lab.rule(machine, { approval: 'auto' });
    const { bookings } = await place(machine, ['10:00', '12:00'], 'FREQ=WEEKLY;COUNT=3');
    const path = `/calendar?date=${dayIn(7)}`;
    const { visitor, page, words } = await lab.arrive(desktop, 'fr', { path });
    const row = page.getByRole('region', { name: machine });
    const sign = new RegExp(words('series_mark'), 'i');
    await row.getByRole('button', { name: sign }).waitFor();
    await pull(row, 11, 14);
    await page.mouse.up();
    const form = page.getByRole('dialog', { name: words('plan_move') });
    await form.getByRole('button', { name: words('plan_save') }).click();
    const asked = page
      .getByRole('dialog')
      .filter({ hasText: words('scope_label') })
      .last();
    expect(await asked.getByLabel(words('scope_one')).isChecked()).toBe(true);
    await asked.getByLabel(`${words('scope_following')} (2)`).check();
    await asked.getByLabel(`${words('scope_all')} (3)`).waitFor();
    expect(await visitor.look('80-how-far')).toEqual([]);
    await asked.getByRole('button', { name: words('plan_save') }).click();
    await page
      .getByRole('status')
      .filter({ hasText: pluralOf('fr', 'series_moved', 2, { machine }) })
      .waitFor();
    await row.getByRole('button', { name: /13:00 – 15:00/ }).waitFor();
    expect(await starts(bookings)).toEqual([
      wallAt(dayIn(0), '10:00'),
      wallAt(dayIn(7), '13:00'),
      wallAt(dayIn(14), '13:00'),
    ]);
  });

  it('stays where it is when one date of it would not be free, which is named', async () => {
    const machine = 'Prusa MINI+';
    await lab.rule(machine, { approval: 'auto' });
    const { bookings } = await place(machine, ['10:00', '11:00'], 'FREQ=DAILY;COUNT=3');
    const taken = { startsAt: wallAt(dayIn(1), '15:00'), endsAt: wallAt(dayIn(1), '16:00') };
    const body = { machineId: lab.machineId(machine), ...taken };
    expect((await (await lab.as(manager)).post('/bookings', body)).status).toBe(201);
    const { visitor, page, words } = await lab.arrive(phone, 'en');
    await page.getByRole('button', { name: /10:00 – 11:00/ }).click();
    const form = page.getByRole('dialog', { name: words('plan_move') });
    await form.getByLabel(words('plan_from'), { exact: true }).fill(`${tomorrow}T15:00`);
    await form.getByRole('button', { name: words('plan_save') }).click();
    const asked = page
      .getByRole('dialog')
      .filter({ hasText: words('scope_label') })
      .last();
    await asked.getByLabel(words('scope_all')).check();
    await asked.getByRole('button', { name: words('plan_save') }).click();
    await form.getByRole('listitem').filter({ hasText: 'This slot is taken.' }).waitFor();
    expect(await visitor.look('81-not-all-move')).toEqual([]);
    expect(await starts(bookings)).toEqual([0, 1, 2].map((days) => wallAt(dayIn(days), '10:00')));
  });

  it('is given up alone or whole, and comes back as it went', async () => {
    const machine = 'Creality Ender-3';
    await lab.rule(machine, { approval: 'auto' });
    const series = await place(machine, ['16:00', '17:00'], 'FREQ=WEEKLY;COUNT=4');
    const { visitor, page, words } = await lab.arrive(phone, 'en', { path: '/bookings' });
    const cancel = page
      .getByRole('article')
      .filter({ hasText: machine })
      .getByRole('button', { name: new RegExp(`^${words('cancel_booking')}`) });
    const confirm = visitor.button(words('cancel_booking_confirm'));
    await cancel.nth(3).click();
    await page.getByLabel(`${words('scope_all')} (4)`).waitFor();
    await confirm.click();
    await eventually(async () =>
      expect(await states(series)).toEqual(['confirmed', 'confirmed', 'confirmed', 'cancelled']),
    );
    await eventually(async () => expect(await cancel.count()).toBe(3));
    await cancel.first().click();
    await page.getByLabel(`${words('scope_all')} (3)`).check();
    expect(await visitor.look('82-give-up-all')).toEqual([]);
    await confirm.click();
    const undo = visitor.button(pluralOf('en', 'undo_cancel_of', 3));
    await undo.waitFor();
    expect(await states(series)).toEqual(Array.from({ length: 4 }, () => 'cancelled'));
    expect(await visitor.look('83-gave-up-all')).toEqual([]);
    await undo.click();
    await page
      .getByRole('status')
      .filter({ hasText: pluralOf('en', 'series_back', 3, { machine }) })
      .waitFor();
    expect(await states(series)).toEqual(['confirmed', 'confirmed', 'confirmed', 'cancelled']);
    expect(await cancel.count()).toBe(3);
  });

  it('is one row on the desk, decided in one go', async () => {
    const machine = 'Bambu Lab A1';
    await lab.rule(machine, { approval: 'manager' });
    const series = await place(machine, ['09:00', '10:00'], 'FREQ=WEEKLY;COUNT=6');
    const arrived = await lab.arrive(desktop, 'fr', { email: manager, path: '/desk' });
    const { visitor, page, words } = arrived;
    const row = page.getByRole('article', { name: machine });
    await row.getByText(words('desk_series_count', { count: '6' })).waitFor();
    expect(await visitor.look('84-desk-series')).toEqual([]);
    await row.getByRole('button', { name: new RegExp(`^${words('approve')}`) }).click();
    await row.waitFor({ state: 'detached' });
    await page
      .getByRole('status')
      .filter({ hasText: pluralOf('fr', 'series_approved', 6, { machine }) })
      .waitFor();
    expect(await states(series)).toEqual(Array.from({ length: 6 }, () => 'confirmed'));
  });

  it('is decided one by one as well, and the rest with a reason', async () => {
    const machine = 'Bambu Lab A1';
    const series = await place(machine, ['12:00', '13:00'], 'FREQ=DAILY;COUNT=4');
    const arrived = await lab.arrive(phone, 'en', { email: manager, path: '/desk' });
    const { visitor, page, words } = arrived;
    const row = page.getByRole('article', { name: machine }).filter({ hasText: '12:00' });
    const asks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/calendar')) asks.push(request.url());
    });
    await row.getByText(words('desk_series_each')).click();
    const each = row.getByRole('listitem').getByRole('article');
    await each.nth(3).waitFor();
    expect(await each.count()).toBe(4);
    await each
      .nth(1)
      .getByRole('button', { name: new RegExp(`^${words('approve')}`) })
      .click();
    const asked = page.getByRole('dialog').filter({ hasText: words('scope_label') });
    expect(await asked.getByLabel(words('scope_one')).isChecked()).toBe(true);
    expect(await visitor.look('85-desk-one-by-one')).toEqual([]);
    // What stands around a request is asked for once, not again for every answer.
    expect(asks).toHaveLength(4);
    await asked.getByRole('button', { name: words('approve'), exact: true }).click();
    await row.getByText(words('desk_series_count', { count: '3' })).waitFor();
    await row
      .getByRole('button', { name: new RegExp(`^${words('reject')}.*3`) })
      .first()
      .click();
    await page.getByLabel(words('reason_label')).fill('The hall is closed in the afternoon.');
    await visitor.button(words('reject_all', { count: '3' })).click();
    await row.waitFor({ state: 'detached' });
    expect(await states(series)).toEqual(['rejected', 'confirmed', 'rejected', 'rejected']);
  });
});
