import type { AuditPageDto } from '../../src/people/audit.dto.js';
import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import type { LabPageDto } from '../../src/machines/machines.dto.js';
import type { MemberPageDto } from '../../src/people/people.dto.js';
import { eventually } from '../support/eventually.js';
import {
  LabOnScreen,
  manager,
  member,
  newcomer,
  pull,
  tomorrow,
} from '../support/lab-on-screen.js';
import { desktop, phone } from '../support/visitor.js';

const languages = ['fr', 'en'] as const;

describe('staff in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  const auditOf = async ({ id }: { id: string }) =>
    (await (await lab.as(manager)).get<AuditPageDto>(`/audit?subject=${id}`)).body.items;
  const named = async (search: string) =>
    (await (await lab.as(manager)).get<MemberPageDto>(`/members?search=${search}`)).body.items[0];

  it.each(languages)(
    'decide against a rule with a reason, from the calendar (%s)',
    async (locale) => {
      const machine = locale === 'fr' ? 'Prusa MK4' : 'Prusa MINI+';
      await lab.rule(machine, { maxDuration: 'PT2H' });
      const { visitor, page, words } = await lab.arrive(desktop, locale, { email: manager });
      const row = page.getByRole('region', { name: machine });
      await row.waitFor();
      await pull(row, 10.05, 12.95);
      await page.mouse.up();
      const dialog = page.getByRole('dialog', { name: words('plan_new') });
      await dialog.getByRole('button', { name: words('plan_book') }).click();
      const anyway = dialog.getByRole('button', { name: words('override_book') });
      await anyway.click();
      await dialog.getByText(words('override_reason_missing')).waitFor();
      expect(await visitor.look('60-override')).toEqual([]);
      await dialog.getByLabel(words('override_reason')).fill('Portes ouvertes');
      await anyway.click();
      const item = row.getByRole('button', { name: /10:00 – 13:00/ });
      await item.waitFor();
      expect(await lab.standing(machine)).toEqual([[10, 13]]);
      const id = (await item.getAttribute('data-booking')) ?? '';
      expect(await auditOf({ id })).toMatchObject([
        { action: 'booking.overridden', reason: 'Portes ouvertes' },
      ]);
    },
  );

  it('is no way for members, who read why not', async () => {
    const { page, words } = await lab.arrive(desktop, 'fr');
    const row = page.getByRole('region', { name: 'Prusa MK4' });
    await row.waitFor();
    await pull(row, 15.05, 18.95);
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: words('plan_new') });
    await dialog.getByRole('button', { name: words('plan_book') }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByRole('button', { name: words('override_book') }).count()).toBe(0);
  });

  it('book for a member, on the project of that member, by keyboard', async () => {
    const staff = await lab.as(manager);
    const who = await named('lefebvre');
    const labId = (await staff.get<LabPageDto>('/labs')).body.items[0]?.id;
    const project = { labId, name: 'Maison Lefebvre', memberIds: [who?.id] };
    expect((await staff.post('/projects', project)).status).toBe(201);

    const machine = 'Creality Ender-3';
    const path = `/machines/${lab.machineId(machine)}/book?date=${tomorrow}`;
    const { visitor, page, words } = await lab.arrive(phone, 'fr', { email: manager, path });
    await page.getByRole('radio', { name: /, 09:00/ }).check();
    expect(await page.getByLabel(words('project')).count()).toBe(0);
    await visitor.button(words('for_other')).click();
    await page.keyboard.type('ines');
    await page.getByRole('button', { name: who?.name ?? '' }).waitFor();
    expect(await visitor.look('61-for-whom')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByLabel(words('project')).selectOption('Maison Lefebvre');
    await visitor.button(words('confirm_booking')).click();
    await page.waitForURL(/\/calendar/);
    const mine = await (await lab.as(member)).get<{ items: BookingDto[] }>('/bookings?memberId=me');
    expect(mine.body.items).toHaveLength(1);
    expect(mine.body.items[0]).toMatchObject({ startsAt: lab.at(9), memberName: who?.name });
    expect(mine.body.items[0]?.projectId).not.toBeNull();
  });

  it.each([
    { screen: desktop, locale: 'fr' },
    { screen: phone, locale: 'en' },
  ] as const)(
    'keep a desk of fifty requests in view ($screen.name, $locale)',
    async ({ screen, locale }) => {
      const machineId = lab.machineId('Bambu Lab A1');
      const client = await lab.as(newcomer);
      // Those of the first screen stand already when the second one asks for them.
      for (let half = 0; half < 50; half += 1)
        await client.post('/bookings', {
          machineId,
          startsAt: lab.at(24 + half / 2),
          duration: 'PT30M',
        });
      const wish = { from: lab.at(24), to: lab.at(40), duration: 'PT1H' };
      const joined = await (await lab.as(member)).post('/waiting-list', { machineId, ...wish });
      expect(joined.status).toBe(201);
      const query = '/bookings?state=requested&limit=200';
      const { items } = (await (await lab.as(manager)).get<BookingPageDto>(query)).body;
      expect(items.length).toBeGreaterThanOrEqual(49);

      const arrived = await lab.arrive(screen, locale, { email: manager, path: '/desk' });
      const { visitor, page, words } = arrived;
      const section = page.getByRole('region', { name: words('desk_decide') });
      await section.getByRole('heading', { name: String(items.length) }).waitFor();
      const approve = section.getByRole('button', { name: new RegExp(`^${words('approve')}`) });
      expect(await approve.count()).toBe(5);
      // Who else would have that time.
      await section.getByText('Inès Lefebvre').first().waitFor();
      expect(await visitor.look('62-full-desk')).toEqual([]);
      await approve.first().click();
      await section.getByRole('heading', { name: String(items.length - 1) }).waitFor();
      const rest = { count: String(items.length - 6) };
      await visitor.button(words('desk_show_all', rest)).press('Enter');
      await eventually(async () => expect(await approve.count()).toBe(items.length - 1));
    },
  );
});
