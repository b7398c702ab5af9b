import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { addProject, changeProject } from '../../src/people/projects.js';
import { aLab } from '../builders/lab.js';
import { comingDay } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';

describe('a booking for a project', () => {
  let app: TestApp;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    manager = await app.as(await app.lab.member('lab_manager'));
  });
  afterAll(() => app.stop());

  const aMember = async () => {
    const id = await app.lab.member();
    return { id, client: await app.as(id) };
  };
  const aProject = async (...memberIds: string[]) =>
    (await addProject(app.database, { labId: app.lab.id, name: 'Lampe', memberIds })).id;
  const place = (client: Client, asked: object) =>
    client.post<BookingDto & Problem>('/bookings', { duration: 'PT1H', ...asked });
  /** Wednesday of next week: hours around it stay within the lab’s week. */
  const wednesday = (hour: number) => {
    const days = Array.from({ length: 7 }, (_, index) => comingDay(index + 7, hour));
    return days.find((at) => new Date(at).getUTCDay() === 3) ?? '';
  };

  it('is for those who belong to it, or by staff', async () => {
    const { id: machineId } = await app.lab.machine();
    const [inside, outside] = [await aMember(), await aMember()];
    const projectId = await aProject(inside.id);
    const placed = await place(inside.client, { machineId, projectId, startsAt: comingDay(1, 10) });
    expect([placed.status, placed.body.projectId]).toEqual([201, projectId]);
    const asked = { machineId, projectId, startsAt: comingDay(1, 12) };
    const refused = await place(outside.client, asked);
    expect([refused.status, refused.body.code]).toEqual([404, 'project.unknown']);
    expect((await place(manager, { ...asked, memberId: outside.id })).status).toBe(201);
    const seen = await outside.client.get<BookingDto>(`/bookings/${placed.body.id}`);
    expect(seen.status).toBe(404);
    await changeProject(app.database, projectId, { archived: true });
    const late = await place(inside.client, { ...asked, startsAt: comingDay(1, 14) });
    expect([late.status, late.body.code]).toEqual([409, 'project.archived']);
    const elsewhere = await (await aLab(app.database)).machine();
    const foreign = { ...asked, machineId: elsewhere.id };
    expect((await place(inside.client, foreign)).body.code).toBe('project.unknown');
  });

  it('counts elapsed hours of the week for all its members together', async () => {
    const { id: machineId } = await app.lab.machine({
      rules: { weeklyQuotaPerProject: 3 * 3_600 },
    });
    const [first, second] = [await aMember(), await aMember()];
    const projectId = await aProject(first.id, second.id);
    const asked = (hour: number) => ({ machineId, projectId, startsAt: wednesday(hour) });
    const two = await place(first.client, { ...asked(8), duration: 'PT2H' });
    expect(two.status).toBe(201);
    expect((await place(second.client, asked(10))).status).toBe(201);
    const over = await place(second.client, asked(12));
    expect(over.body.violations).toMatchObject([{ code: 'booking.project_quota', hours: 3 }]);
    // Without the project, in another week, or once hours were given back.
    expect((await place(second.client, { ...asked(12), projectId: undefined })).status).toBe(201);
    const week = new Date(Date.parse(wednesday(12)) + 7 * 86_400_000).toISOString();
    expect((await place(second.client, { ...asked(12), startsAt: week })).status).toBe(201);
    const longer = await first.client.patch(`/bookings/${two.body.id}`, {
      startsAt: wednesday(7.75),
      duration: 'PT2H15M',
    });
    expect(longer.body.violations).toMatchObject([{ code: 'booking.project_quota' }]);
    await first.client.post(`/bookings/${two.body.id}/cancel`);
    expect((await place(second.client, asked(14))).status).toBe(201);
  });

  it('is given to one of two members whose requests together exceed the quota, in 20 rounds', async () => {
    const [first, second] = [await aMember(), await aMember()];
    for (let round = 0; round < 20; round += 1) {
      const { id: machineId } = await app.lab.machine({
        rules: { weeklyQuotaPerProject: 4 * 3_600 },
      });
      const projectId = await aProject(first.id, second.id);
      const asked = (hour: number) => ({ machineId, projectId, startsAt: wednesday(hour) });
      await place(first.client, { ...asked(6), duration: 'PT3H' });
      const answers = await Promise.all([
        place(first.client, asked(10)),
        place(second.client, asked(12)),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    }
  });
});
