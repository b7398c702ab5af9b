import type { LabCalendarPageDto } from '../../src/bookings/lab-calendars/lab-calendars.dto.js';
import type { LabPageDto, MachineDto } from '../../src/machines/machines.dto.js';
import { LabOnScreen, manager, member, tomorrow } from '../support/lab-on-screen.js';
import { OutsideCalendar, icsOf } from '../support/outside-calendar.js';
import { desktop, phone } from '../support/visitor.js';
import { pluralOf } from '../support/words.js';

describe('outside calendars in a browser', () => {
  let lab: LabOnScreen;
  let outside: OutsideCalendar;

  beforeAll(async () => {
    outside = await new OutsideCalendar().start();
    // This one address of the loopback network counts as outside.
    lab = await LabOnScreen.open({ OUTGOING_NETWORKS: '127.0.0.1' });
  });
  afterEach(() => lab.leave());
  afterAll(async () => {
    await lab.close();
    outside.stop();
  });

  const event = (summary: string, from: number, to: number) => ({
    summary,
    startsAt: lab.at(from),
    endsAt: lab.at(to),
  });
  const calendars = async () => {
    const client = await lab.as(manager);
    const id = (await client.get<LabPageDto>('/labs')).body.items[0]?.id ?? '';
    return (await client.get<LabCalendarPageDto>(`/labs/${id}/calendars`)).body.items;
  };

  it('are added by address from the desk, and name the bookings they close over', async () => {
    const { id } = await lab.place(member, 'Prusa MK4', [10, 11]);
    outside.serve(icsOf(event('Salon des makers', 8, 18), event('Pont', 24, 48)));
    const arrived = await lab.arrive(desktop, 'fr', { email: manager, path: '/desk' });
    const { visitor, page, words } = arrived;
    await page.getByRole('link', { name: words('closures_title') }).click();
    await page.getByText(words('outside_none')).waitFor();
    await page.getByText(words('closures_none')).waitFor();
    expect(await visitor.look('90-no-calendars')).toEqual([]);

    await visitor.button(words('outside_add')).click();
    const dialog = page.getByRole('dialog', { name: words('outside_add') });
    const add = dialog.getByRole('button', { name: words('outside_add_short'), exact: true });
    await dialog.getByLabel(words('outside_name'), { exact: true }).fill('Agenda de la ville');
    await dialog.getByLabel(words('outside_url')).fill('http://127.0.0.1:1/lab.ics');
    await add.click();
    await dialog.getByRole('alert').filter({ hasText: 'Serveur injoignable' }).waitFor();
    expect(await visitor.look('91-out-of-reach')).toEqual([]);
    await dialog.getByLabel(words('outside_url')).fill(outside.url);
    await add.click();

    const sheet = page.getByRole('article', { name: 'Agenda de la ville' });
    await sheet.waitFor();
    const closures = page.getByRole('region', { name: words('closures_coming') });
    const from = words('closure_from', { name: 'Agenda de la ville' });
    await closures.getByRole('listitem').filter({ hasText: 'Salon des makers' }).waitFor();
    expect(await closures.getByText(from).count()).toBe(2);
    await sheet.getByText('Inès Lefebvre').waitFor();
    expect(await visitor.look('92-closures')).toEqual([]);
    await sheet.getByRole('link', { name: /Prusa MK4, demain, 10:00 – 11:00/ }).click();
    await page.getByRole('dialog', { name: words('plan_move') }).waitFor();
    expect(page.url()).toContain(`/calendar?date=${tomorrow}`);
    expect(await calendars()).toMatchObject([{ name: 'Agenda de la ville', closures: 2 }]);
    expect((await (await lab.as(manager)).get<{ state: string }>(`/bookings/${id}`)).body).toEqual(
      expect.objectContaining({ startsAt: lab.at(10) }),
    );
  });

  it('say in words why they could not be read again, and recover', async () => {
    outside.answer = (response) => void response.writeHead(403).end();
    const arrived = await lab.arrive(phone, 'en', { email: manager, path: '/closures' });
    const { visitor, page, words } = arrived;
    const sheet = page.getByRole('article', { name: 'Agenda de la ville' });
    // Asked for when the page opens, not only after a reading.
    await sheet.getByText(pluralOf('en', 'outside_affected', 1, {}).slice(2, 9)).waitFor();
    const refresh = sheet.getByRole('button', { name: new RegExp(`^${words('outside_refresh')}`) });
    await refresh.click();
    await sheet.getByText(/The server refused\..*403/).waitFor();
    await sheet.getByText(words('outside_failing')).waitFor();
    expect(await visitor.look('93-reading-fails')).toEqual([]);
    outside.serve(icsOf(event('Salon des makers', 8, 18)));
    await refresh.click();
    await sheet.getByText(words('outside_failing')).waitFor({ state: 'detached' });
    const closures = page.getByRole('region', { name: words('closures_coming') });
    await closures.getByText('Pont').waitFor({ state: 'detached' });
    expect(await calendars()).toMatchObject([{ closures: 1, lastError: null }]);
  });

  it('come as a file for one machine as well, and go with their closures', async () => {
    const machine = 'Epilog Zing 24';
    const arrived = await lab.arrive(phone, 'fr', { email: manager, path: '/closures' });
    const { visitor, page, words } = arrived;
    await visitor.button(words('outside_add')).click();
    const dialog = page.getByRole('dialog', { name: words('outside_add') });
    const add = dialog.getByRole('button', { name: words('outside_add_short'), exact: true });
    await dialog.getByLabel(words('outside_where')).selectOption(machine);
    await dialog.getByLabel(words('outside_by_file')).check();
    await add.click();
    await dialog.getByText(words('outside_name_missing')).waitFor();
    await dialog.getByText(words('outside_file_missing')).waitFor();
    expect(await visitor.look('94-add-a-file')).toEqual([]);
    await dialog.getByLabel(words('outside_name'), { exact: true }).fill('Révision du laser');
    await dialog.getByLabel(words('outside_file')).setInputFiles({
      name: 'laser.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from(icsOf(event('Révision', 33, 36), event('Lentilles', 57, 58))),
    });
    await add.click();
    const sheet = page.getByRole('article', { name: 'Révision du laser' });
    await sheet.getByText(words('outside_never_again')).waitFor();
    const closures = page.getByRole('region', { name: words('closures_coming') });
    const own = closures.getByRole('listitem').filter({ hasText: machine });
    await own.nth(1).waitFor();
    expect(await visitor.look('95-a-file')).toEqual([]);
    const closed = async () => {
      const path = `/machines/${lab.machineId(machine)}`;
      return (await (await lab.as(member)).get<MachineDto>(path)).body.closures.length;
    };
    expect(await closed()).toBe(2);
    await sheet.getByRole('button', { name: new RegExp(`^${words('outside_remove')}`) }).click();
    expect(await visitor.look('96-remove')).toEqual([]);
    await visitor.button(words('outside_remove_confirm')).click();
    await sheet.waitFor({ state: 'detached' });
    await own.first().waitFor({ state: 'detached' });
    expect(await closed()).toBe(0);
  });

  it('are no page for members', async () => {
    const { page, words } = await lab.arrive(phone, 'fr', { path: '/closures' });
    await page.getByRole('heading', { name: words('not_found_title') }).waitFor();
  });
});
