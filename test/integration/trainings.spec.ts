import type { ProjectDto, ProjectPageDto } from '../../src/people/projects.dto.js';
import type {
  CertificationDto,
  CertificationsDto,
  TrainingDto,
  TrainingPageDto,
} from '../../src/people/trainings.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { auditOf } from '../support/audit.js';

const nobody = '019ab000-0000-7000-8000-000000000000';

describe('trainings and what they give', () => {
  let app: TestApp;
  let manager: Client;
  let managerId: string;
  let memberId: string;
  let member: Client;

  beforeAll(async () => {
    app = await startApp();
    managerId = await app.lab.member('lab_manager', 'Camille');
    manager = await app.as(managerId);
    memberId = await app.lab.member();
    member = await app.as(memberId);
  });
  afterAll(() => app.stop());

  const aTraining = async (about: object = {}) => {
    const asked = { labId: app.lab.id, name: 'Sécurité laser', ...about };
    const { status, body } = await manager.post<TrainingDto>('/trainings', asked);
    expect(status).toBe(201);
    return body;
  };
  const give = <T = CertificationDto>(trainingId: string, days: object = {}, by = manager) =>
    by.post<T>(`/members/${memberId}/certifications`, { trainingId, ...days });

  it('are the lab’s courses, added by staff and seen by everybody', async () => {
    const training = await aTraining({ validFor: 'P2Y' });
    expect(training).toMatchObject({ labId: app.lab.id, validFor: 'P2Y' });
    const { items } = (await member.get<TrainingPageDto>('/trainings')).body;
    expect(items).toContainEqual(training);
    expect((await member.post('/trainings', { name: 'Mine' })).status).toBe(403);
    const elsewhere = await manager.post('/trainings', { name: 'x', labId: nobody });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'lab.unknown']);
    expect((await manager.post<TrainingDto>('/trainings', { name: 'All' })).body.labId).toBeNull();
  });

  it.each(['PT2H', 'P0D', '-P1Y', 'P100000Y', 'two years'])(
    'are not valid for %s',
    async (text) => {
      const { status, body } = await manager.post('/trainings', { name: 'x', validFor: text });
      expect([status, body.violations?.[0]?.code]).toEqual([400, 'field.calendar_duration']);
    },
  );

  it('are given for as long as the training says, unless staff say otherwise', async () => {
    const { id } = await aTraining({ validFor: 'P1Y' });
    const given = await give(id, { validFrom: '2026-03-01' });
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({
      memberId,
      training: { id, name: 'Sécurité laser' },
      validFrom: '2026-03-01',
      validUntil: '2027-02-28',
      givenBy: { id: managerId, name: 'Camille' },
      revoked: null,
    });
    const short = await give(id, { validFrom: '2026-03-01', validUntil: '2026-03-01' });
    expect(short.body.validUntil).toBe('2026-03-01');
    expect((await give(id, { validUntil: null })).body.validUntil).toBeNull();
    const own = await member.get<CertificationsDto>(`/members/${memberId}/certifications`);
    expect(own.body.items.filter(({ training }) => training.id === id)).toHaveLength(3);
    expect(await auditOf(app.database, given.body.id)).toMatchObject([
      { action: 'certification.given', actorId: managerId, facts: { memberId, trainingId: id } },
    ]);
  });

  it('are refused with the reason where they make no sense', async () => {
    const { id } = await aTraining();
    const asked = async (days: object, trainingId = id) =>
      (await give<Problem>(trainingId, days)).body;
    expect((await asked({ validFrom: '2026-02-30' })).violations?.[0]?.code).toBe('field.day');
    expect((await asked({ validFrom: '2026-02-02T10:00:00Z' })).violations?.[0]?.code).toBe(
      'field.day',
    );
    const backwards = { validFrom: '2026-02-02', validUntil: '2026-02-01' };
    expect((await asked(backwards)).code).toBe('certification.days');
    expect((await asked({}, nobody)).code).toBe('training.unknown');
    const stranger = await manager.post(`/members/${nobody}/certifications`, { trainingId: id });
    expect([stranger.status, stranger.body.code]).toEqual([404, 'member.unknown']);
  });

  it('are taken back once, by staff, with a reason that is kept', async () => {
    const { id } = await aTraining();
    const given = (await give(id)).body;
    const revoke = (by: Client, reason?: string) =>
      by.post<CertificationDto & Problem>(`/certifications/${given.id}/revoke`, { reason });
    expect((await revoke(member, 'why not')).status).toBe(403);
    expect((await revoke(manager)).status).toBe(400);
    const answers = await Promise.all([revoke(manager, 'Fire'), revoke(manager, 'Fire')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const taken = answers.find(({ status }) => status === 200)?.body;
    expect(taken?.revoked).toMatchObject({ by: { id: managerId }, reason: 'Fire' });
    expect((await revoke(manager, 'Again')).body.code).toBe('certification.revoked');
    expect(
      (await auditOf(app.database, given.id)).map(({ action, reason }) => [action, reason]),
    ).toEqual([
      ['certification.given', null],
      ['certification.revoked', 'Fire'],
    ]);
    expect((await manager.post(`/certifications/${nobody}/revoke`, { reason: 'x' })).status).toBe(
      404,
    );
  });

  it('are the member’s and staff’s to see and staff’s to give', async () => {
    const { id } = await aTraining();
    const other = await app.as(await app.lab.member());
    expect((await give(id, {}, member)).status).toBe(403);
    expect((await other.get(`/members/${memberId}/certifications`)).status).toBe(404);
    expect((await manager.get(`/members/${memberId}/certifications`)).status).toBe(200);
  });
});

describe('projects', () => {
  let app: TestApp;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    manager = await app.as(await app.lab.member('lab_manager'));
  });
  afterAll(() => app.stop());

  it('are made and changed by staff, and seen by those who belong to them', async () => {
    const [inside, outside] = [await app.lab.member(), await app.lab.member()];
    const [member, other] = [await app.as(inside), await app.as(outside)];
    const asked = { labId: app.lab.id, name: 'Lampe', memberIds: [inside] };
    expect((await member.post('/projects', asked)).status).toBe(403);
    const made = await manager.post<ProjectDto>('/projects', asked);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Lampe', archived: false });
    expect(made.body.members.map(({ id }) => id)).toEqual([inside]);
    const listed = async (by: Client) =>
      (await by.get<ProjectPageDto>('/projects')).body.items.map(({ id }) => id);
    expect(await listed(member)).toEqual([made.body.id]);
    expect(await listed(other)).toEqual([]);
    const { id } = made.body;
    expect((await member.patch(`/projects/${id}`, { archived: true })).status).toBe(403);
    const changed = await manager.patch<ProjectDto>(`/projects/${id}`, {
      name: 'Lampe 2',
      memberIds: [outside],
    });
    expect(changed.body).toMatchObject({ name: 'Lampe 2', archived: false });
    expect(await listed(member)).toEqual([]);
    expect(await listed(other)).toEqual([id]);
    const archived = await manager.patch<ProjectDto>(`/projects/${id}`, { archived: true });
    expect(archived.body).toMatchObject({ name: 'Lampe 2', archived: true });
    expect(archived.body.members.map((one) => one.id)).toEqual([outside]);
    const back = await manager.patch<ProjectDto>(`/projects/${id}`, { archived: false });
    expect(back.body.archived).toBe(false);
  });

  it('refuse labs, projects and members that do not exist, and change nothing then', async () => {
    const asked = { labId: app.lab.id, name: 'Vide', memberIds: [nobody] };
    expect((await manager.post('/projects', asked)).body.code).toBe('member.unknown');
    expect((await manager.post('/projects', { ...asked, labId: nobody })).body.code).toBe(
      'lab.unknown',
    );
    expect((await manager.patch(`/projects/${nobody}`, { name: 'x' })).status).toBe(404);
    const { items } = (await manager.get<ProjectPageDto>('/projects')).body;
    expect(items.map(({ name }) => name)).not.toContain('Vide');
  });
});
