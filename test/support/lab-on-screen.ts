import type { Browser, Locator, Page } from 'playwright-core';
import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import type { MachineDto, MachinePageDto } from '../../src/machines/machines.dto.js';
import { launchBrowser } from './browser.js';
import { Client } from './client.js';
import { startDemo } from './demo-server.js';
import type { DemoServer } from './demo-server.js';
import { Visitor } from './visitor.js';
import type { Screen } from './visitor.js';
import { wordsIn } from './words.js';
import type { Words } from './words.js';

export const member = 'entrepreneur@demo.creneau.local';
export const newcomer = 'newcomer@demo.creneau.local';
export const manager = 'manager@demo.creneau.local';

const hourMs = 3_600_000;

/** The lab's tomorrow; no test asks for one of the two days of another length. */
export const tomorrow = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(
  Date.now() + 24 * hourMs,
);

export interface OnScreen {
  readonly visitor: Visitor;
  readonly page: Page;
  readonly words: Words;
}

/** The demo lab behind a real browser, and what the server has of it. */
export class LabOnScreen {
  private readonly visitors: Visitor[] = [];
  private readonly clients = new Map<string, Promise<Client>>();
  private machines: readonly MachineDto[] = [];

  private constructor(
    readonly server: DemoServer,
    readonly browser: Browser,
    /** The beginning of tomorrow. */
    private readonly midnight: number,
  ) {}

  /** `variables`: what the server is told besides. */
  static async open(variables: Record<string, string> = {}): Promise<LabOnScreen> {
    const [server, browser] = await Promise.all([startDemo(variables), launchBrowser()]);
    const page = await browser.newPage({ timezoneId: 'Europe/Paris' });
    const midnight = await page.evaluate<number>(`Date.parse('${tomorrow}T00:00')`);
    await page.close();
    const lab = new LabOnScreen(server, browser, midnight);
    lab.machines = (await (await lab.as(member)).get<MachinePageDto>('/machines')).body.items;
    return lab;
  }

  /** Signed in, on a page of that address. */
  async arrive(
    screen: Screen,
    locale: 'fr' | 'en',
    { email = member, path = `/calendar?date=${tomorrow}` } = {},
  ): Promise<OnScreen> {
    const words = await wordsIn(locale);
    const { base } = this.server;
    const visitor = await Visitor.arrive(this.browser, { base, screen, locale, words });
    this.welcome(visitor);
    await visitor.signIn(email);
    await visitor.page.waitForURL((url) => url.pathname !== '/sign-in');
    await visitor.open(path);
    await visitor.page.locator('h1').waitFor();
    return { visitor, page: visitor.page, words };
  }

  /** Somebody who came by another way leaves with the others. */
  welcome(visitor: Visitor): void {
    this.visitors.push(visitor);
  }

  /** Everybody leaves; nobody's page may have complained. */
  async leave(): Promise<void> {
    for (const visitor of this.visitors.splice(0)) {
      expect(visitor.complaints).toEqual([]);
      await visitor.leave();
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  at(hour: number): string {
    return new Date(this.midnight + hour * hourMs).toISOString();
  }

  as(email: string): Promise<Client> {
    const known = this.clients.get(email);
    if (known !== undefined) return known;
    const client = new Client(this.server.base).signIn(email, 'demo');
    this.clients.set(email, client);
    return client;
  }

  machineId(name: string): string {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) throw new Error(`there is no machine ${name}`);
    return found.id;
  }

  /** The manager sets rules of a machine. */
  async rule(machine: string, rules: Record<string, unknown>): Promise<void> {
    const client = await this.as(manager);
    const changed = await client.patch(`/machines/${this.machineId(machine)}`, { rules });
    expect(changed.status).toBe(200);
  }

  /** Books, by hours of tomorrow; `more` goes into the body. */
  async place(
    email: string,
    machine: string,
    [from, to]: readonly [number, number],
    more: Record<string, unknown> = {},
  ): Promise<BookingDto> {
    const body = {
      machineId: this.machineId(machine),
      startsAt: this.at(from),
      endsAt: this.at(to),
    };
    const client = await this.as(email);
    const placed = await client.post<BookingDto>('/bookings', { ...body, ...more });
    expect(placed.status).toBe(201);
    return placed.body;
  }

  /** What stands on a machine tomorrow, as the server has it: hours of the day. */
  async standing(machine: string): Promise<number[][]> {
    const query = `machineId=${this.machineId(machine)}&from=${this.at(0)}&to=${this.at(24)}`;
    const client = await this.as(manager);
    const { items } = (await client.get<BookingPageDto>(`/bookings?${query}`)).body;
    const hour = (instant: string) => (Date.parse(instant) - this.midnight) / hourMs;
    return items
      .filter(({ state }) => state === 'requested' || state === 'confirmed')
      .map(({ startsAt, endsAt }) => [hour(startsAt), hour(endsAt)]);
  }
}

/** Presses at one hour of a machine's row and pulls to another; the button stays down. */
export async function pull(row: Locator, from: number, to: number): Promise<void> {
  const box = await row.locator('[data-track]').boundingBox();
  if (box === null) throw new Error('the row is not to be seen');
  const x = (hour: number) => box.x + (box.width * hour) / 24;
  const y = box.y + box.height / 2;
  const { mouse } = row.page();
  await mouse.move(x(from), y);
  await mouse.down();
  await mouse.move(x((from + to) / 2), y, { steps: 4 });
  await mouse.move(x(to), y, { steps: 4 });
}
