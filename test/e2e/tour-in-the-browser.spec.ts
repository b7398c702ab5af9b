import type { Browser } from 'playwright-core';
import type { JobPageDto } from '../../src/jobs/jobs.dto.js';
import { launchBrowser } from '../support/browser.js';
import { Client } from '../support/client.js';
import { startDemo } from '../support/demo-server.js';
import type { DemoServer } from '../support/demo-server.js';
import { eventually } from '../support/eventually.js';
import { Visitor, desktop, phone } from '../support/visitor.js';
import { wordsIn } from '../support/words.js';

const file = 'test/fixtures/prints/mp3-case.prusaslicer.gcode';
const title = 'mp3-case.prusaslicer.gcode';

describe('a member and the lab manager, each in a browser', () => {
  let server: DemoServer;
  let browser: Browser;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    // The print of nearly two hours takes about twenty seconds.
    server = await startDemo({ DEMO_SPEED: '320' });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const visitor of visitors.splice(0)) {
      expect(visitor.complaints).toEqual([]);
      await visitor.leave();
    }
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const screens = [phone, desktop];
  const languages = ['fr', 'en'] as const;
  const ways = screens.flatMap((screen) => languages.map((locale) => ({ screen, locale })));

  const arrive = async (screen: typeof phone, locale: 'fr' | 'en') => {
    const words = await wordsIn(locale);
    const visitor = await Visitor.arrive(browser, { base: server.base, screen, locale, words });
    visitors.push(visitor);
    return { visitor, words };
  };
  const jobOf = async (id: string) => {
    const manager = await new Client(server.base).signIn('manager@demo.creneau.local', 'demo');
    const { items } = (await manager.get<JobPageDto>('/jobs')).body;
    return items.find((job) => job.id === id);
  };

  it.each(ways)(
    'go the whole way from the file to the piece ($screen.name, $locale)',
    async ({ screen, locale }) => {
      const { visitor: member, words } = await arrive(screen, locale);
      expect(await member.look('1-sign-in')).toEqual([]);
      await member.signIn('entrepreneur@demo.creneau.local');
      await member.page
        .getByRole('heading', { name: words('nav_machines') })
        .first()
        .waitFor();
      await member.page.getByText(words('machine_idle')).first().waitFor();
      expect(await member.look('2-machines')).toEqual([]);

      await member.open('/jobs');
      await member.page.locator('input[type=file]').setInputFiles(file);
      await member.button(words('send_file')).click();
      await member.page.waitForURL(/\/jobs\/[0-9a-f-]{36}$/);
      const id = new URL(member.page.url()).pathname.split('/').at(-1) ?? '';
      await member.page.getByRole('heading', { name: words('proposals_title') }).waitFor();
      const body = member.page.locator('main');
      // 1 h 47 min 33 s and 19.75 g of PLA, in either language's way of writing.
      expect(await body.innerText()).toMatch(/1\s*h\s*4[78]/);
      expect(await body.innerText()).toMatch(/19[.,]75\s*g/);
      expect(await body.innerText()).toContain('PLA');
      expect(await member.look('3-proposals')).toEqual([]);
      await member.page.getByRole('button', { name: words('recommended') }).click();
      await member.page.getByRole('heading', { name: words('slot_title') }).waitFor();
      expect(await member.look('4-slot-taken')).toEqual([]);

      const { visitor: manager } = await arrive(screen, locale);
      await manager.signIn('manager@demo.creneau.local');
      await manager.page.waitForURL((url) => url.pathname !== '/sign-in');
      await manager.open('/desk');
      await manager.button(words('approve_of', { title })).waitFor();
      expect(await manager.look('5-desk-to-decide')).toEqual([]);
      await manager.button(words('approve_of', { title })).click();

      await member.page.getByRole('progressbar').first().waitFor();
      expect(await member.look('6-job-running')).toEqual([]);
      await manager.page.getByRole('progressbar').first().waitFor();
      expect(await manager.look('7-desk-running')).toEqual([]);
      await manager.open('/');
      await manager.page.getByText(words('machine_running')).first().waitFor();
      expect(await manager.look('8-machines-running')).toEqual([]);

      await member.page.getByText(words('actual_time')).waitFor({ timeout: 60_000 });
      expect(await member.look('9-job-completed')).toEqual([]);
      const done = await jobOf(id);
      expect(done?.state).toBe('completed');
      await member.page
        .getByRole('button', { name: words('bed_clear') })
        .first()
        .click();
      await member.page.getByText(words('next_completed')).waitFor();
    },
    180_000,
  );

  it('say no with a reason, and the member reads it', async () => {
    const { visitor: member, words } = await arrive(phone, 'fr');
    await member.signIn('newcomer@demo.creneau.local');
    await member.page.getByText(words('machine_idle')).first().waitFor();
    await member.open('/jobs');
    await member.page.locator('input[type=file]').setInputFiles(file);
    await member.button(words('send_file')).click();
    await member.page.getByRole('heading', { name: words('proposals_title') }).waitFor();

    const { visitor: manager } = await arrive(desktop, 'fr');
    await manager.signIn('manager@demo.creneau.local');
    await manager.page.getByText(words('machine_idle')).first().waitFor();
    await manager.open('/desk');
    await manager.button(words('reject_of', { title })).click();
    const dialog = manager.page.getByRole('dialog');
    await dialog.getByRole('button', { name: words('reject'), exact: true }).click();
    await dialog.getByText(words('reason_missing')).waitFor();
    expect(await manager.look('10-reject')).toEqual([]);
    await dialog.getByLabel(words('reason_label')).fill('Trop grand pour nos machines');
    await dialog.getByRole('button', { name: words('reject'), exact: true }).click();
    await member.page.getByText('Trop grand pour nos machines').first().waitFor();
    expect(await member.look('11-rejected')).toEqual([]);
  }, 120_000);

  it('are told what is wrong, where it is wrong', async () => {
    const { visitor, words } = await arrive(phone, 'fr');
    await visitor.signIn('entrepreneur@demo.creneau.local', 'wrong');
    await visitor.page.getByText('Adresse ou mot de passe incorrect').waitFor();
    expect(await visitor.look('12-wrong-password')).toEqual([]);
    await visitor.signIn('entrepreneur@demo.creneau.local');
    await visitor.page.getByText(words('machine_idle')).first().waitFor();
    await visitor.open('/jobs');
    await visitor.page.locator('input[type=file]').setInputFiles('test/fixtures/prints/gear.scad');
    await visitor.button(words('send_file')).click();
    await eventually(async () =>
      expect(await visitor.page.locator('main').innerText()).toContain(words('job_refused')),
    );
    expect(await visitor.look('13-refused-file')).toEqual([]);
  }, 120_000);
});
