import { LabOnScreen, member, newcomer, tomorrow } from '../support/lab-on-screen.js';
import { desktop, phone } from '../support/visitor.js';
import { beginningOf } from '../support/words.js';

describe('waiting for a slot, in a browser', () => {
  let lab: LabOnScreen;

  beforeAll(async () => {
    lab = await LabOnScreen.open();
    for (const machine of ['Prusa MK4', 'Prusa MINI+'])
      await lab.rule(machine, { approval: 'auto', maxDuration: 'P1D', minDuration: 'PT15M' });
  });
  afterEach(() => lab.leave());
  afterAll(() => lab.close());

  it.each([
    { screen: phone, locale: 'fr', machine: 'Prusa MK4' },
    { screen: desktop, locale: 'en', machine: 'Prusa MINI+' },
  ] as const)(
    'asks to be told on a full day, is told, and takes the offer ($screen.name, $locale)',
    async ({ screen, locale, machine }) => {
      const taken = await lab.place(newcomer, machine, [0, 24]);
      const path = `/machines/${lab.machineId(machine)}/book?date=${tomorrow}`;
      const { visitor, page, words } = await lab.arrive(screen, locale, { path });
      await visitor.button(words('tell_me', { machine })).click();
      await page.getByText(beginningOf(words, 'tell_me_done')).waitFor();
      expect(await visitor.look('70-tell-me')).toEqual([]);

      const other = await lab.as(newcomer);
      expect((await other.post(`/bookings/${taken.id}/cancel`, {})).status).toBe(200);
      const bell = page.getByRole('link', { name: /\b1\b/ });
      await bell.click();
      await page.getByRole('heading', { name: words('messages'), exact: true }).waitFor();
      await page.getByText(beginningOf(words, 'offer_left')).waitFor();
      expect(await visitor.look('71-offer')).toEqual([]);
      await visitor.button(words('offer_take')).click();
      await page
        .getByRole('status')
        .filter({ hasText: beginningOf(words, 'booking_done') })
        .waitFor();
      const held = await lab.standing(machine);
      expect(held).toHaveLength(1);
      await page.getByText(words('messages_none')).waitFor();
      expect(await visitor.look('72-no-messages')).toEqual([]);
    },
  );

  it('lets an offer pass, and stays in line or leaves it', async () => {
    const machine = 'Prusa MK4';
    const taken = await lab.place(newcomer, machine, [12, 14]);
    const wish = { from: lab.at(12), to: lab.at(14), duration: 'PT2H' };
    const client = await lab.as(member);
    const joined = await client.post('/waiting-list', {
      machineId: lab.machineId(machine),
      ...wish,
    });
    expect(joined.status).toBe(201);
    const { visitor, page, words } = await lab.arrive(phone, 'fr', { path: '/bookings' });
    const list = page.getByRole('region', { name: words('waiting_title') });
    await list.getByText(/2\s?h/).first().waitFor();
    expect((await (await lab.as(newcomer)).post(`/bookings/${taken.id}/cancel`, {})).status).toBe(
      200,
    );
    await list.getByRole('button', { name: words('offer_decline') }).waitFor();
    expect(await visitor.look('73-waiting-list')).toEqual([]);
    await list.getByRole('button', { name: words('offer_decline') }).click();
    const leave = list.getByRole('button', { name: words('wish_withdraw_of', { machine }) });
    await leave.click();
    await list.waitFor({ state: 'detached' });
  });
});
