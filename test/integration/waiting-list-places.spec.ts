import type { WishPageDto } from '../../src/bookings/waiting-list/waiting-list.dto.js';
import { comingDay } from '../builders/slots.js';
import { WaitingLine } from '../builders/waiting-line.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';

describe('a place on the waiting list', () => {
  let app: TestApp;
  let manager: Client;
  let line: WaitingLine;

  beforeAll(async () => {
    app = await startApp();
    manager = await app.as(await app.lab.member('lab_manager'));
    line = new WaitingLine(app);
  });
  afterAll(() => app.stop());

  it('shows members their own place, and staff the whole line', async () => {
    const { id: machineId } = await app.lab.machine();
    const [first, second] = [await line.aMember(), await line.aMember()];
    const mine = await line.wish(first.client, { machineId });
    const theirs = await line.wish(second.client, { machineId });
    const ids = async (client: Client, query = '') =>
      (await client.get<WishPageDto>(`/waiting-list?limit=200${query}`)).body.items.map(
        ({ id }) => id,
      );
    expect(await ids(first.client)).toEqual([mine.id]);
    expect(await ids(first.client, `&memberId=${second.id}`)).toEqual([mine.id]);
    expect(await ids(manager)).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    expect(await ids(manager, `&memberId=${second.id}&state=waiting`)).toEqual([theirs.id]);
    expect((await second.client.get(`/waiting-list/${mine.id}`)).status).toBe(404);
  });

  it.each([
    ['neither machine nor type', {}, 400, 'wish.where'],
    ['both', { machineId: 'x', machineType: 'other' }, 400, 'request.malformed'],
    ['no room', { machineType: 'other', duration: 'PT7H' }, 400, 'wish.room'],
    ['no time', { machineType: 'other', duration: 'PT0S' }, 400, 'wish.room'],
    [
      'the past',
      { machineType: 'other', from: comingDay(-3, 1), to: comingDay(-2, 1) },
      400,
      'wish.room',
    ],
    ['no machine', { machineId: '019ab000-0000-7000-8000-000000000000' }, 404, 'machine.unknown'],
  ])('refuses a wish for %s', async (_, asked, status, code) => {
    const { client } = await line.aMember();
    const answer = await client.post<Problem>('/waiting-list', {
      from: comingDay(2, 8),
      to: comingDay(2, 14),
      duration: 'PT2H',
      ...asked,
    });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('has room for twenty wishes of one member', async () => {
    const { client } = await line.aMember();
    const asked = { machineType: 'other' };
    for (let count = 0; count < 20; count += 1) await line.wish(client, asked);
    const to = { from: comingDay(2, 8), to: comingDay(2, 14), duration: 'PT2H' };
    const { body } = await client.post('/waiting-list', { ...asked, ...to });
    expect(body).toMatchObject({ code: 'wish.too_many', limit: 20 });
  });
});
