import type { MachineCredentialsDto } from '../../src/machines/new-machine.dto.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client, Problem } from '../support/client.js';
import { queuedJob } from '../builders/job.js';
import { onlineMachine } from '../builders/online-machine.js';

describe('the controller of a machine', () => {
  let app: TestApp;
  let member: Client;
  let manager: Client;
  let count = 0;

  beforeAll(async () => {
    app = await startApp();
    member = await app.as(await app.lab.member());
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const apiKey = 'Q1w2E3r4T5y6';
  const voron = (more: object = {}) => ({
    driver: 'moonraker',
    url: 'http://192.168.10.7:7125',
    instance: `voron-${(count += 1)}`,
    ...more,
  });
  const add = <T = MachineDto>(controller?: object) =>
    manager.post<T>('/machines', {
      labId: app.lab.id,
      slug: `printer-${(count += 1)}`,
      name: 'Voron',
      machineType: 'fdm_printer',
      ...(controller ? { controller } : {}),
    });
  const codes = ({ violations }: Problem) => violations?.map(({ code, path }) => `${path} ${code}`);

  it('is native unless it is told otherwise', async () => {
    expect((await add()).body.controller).toEqual({ driver: 'native', secretsSet: [] });
  });

  it('is given once, and its secrets are never read again', async () => {
    const controller = voron();
    const added = await add({ ...controller, apiKey });
    expect([added.status, added.body.controller]).toEqual([
      201,
      { ...controller, secretsSet: ['apiKey'] },
    ]);
    const path = `/machines/${added.body.id}`;
    for (const reader of [manager, member])
      for (const from of [path, '/machines', '/audit'])
        expect(JSON.stringify((await reader.get(from)).body)).not.toContain(apiKey);
    expect((await manager.get<MachineDto>(path)).body.controller).toMatchObject(controller);
  });

  it('is a family and nothing more to members: its address is nobody else’s business', async () => {
    const { body } = await add(voron({ apiKey }));
    const seen = await member.get<MachineDto>(`/machines/${body.id}`);
    expect(seen.body.controller).toEqual({ driver: 'moonraker' });
    const all = await member.get<{ items: MachineDto[] }>('/machines');
    expect(JSON.stringify(all.body)).not.toContain('192.168.10.7');
  });

  it('keeps a secret that is left out, and loses one that is taken away', async () => {
    const controller = voron();
    const { body } = await add({ ...controller, apiKey });
    const path = `/machines/${body.id}`;
    const change = (changes: object) =>
      manager.patch<MachineDto>(path, { controller: { ...controller, ...changes } });
    const moved = await change({ url: 'http://voron.local' });
    expect(moved.body.controller).toMatchObject({
      url: 'http://voron.local',
      secretsSet: ['apiKey'],
    });
    expect((await change({ apiKey: null })).body.controller.secretsSet).toEqual([]);
    const native = await manager.patch<MachineDto>(path, { controller: { driver: 'native' } });
    expect(native.body.controller).toEqual({ driver: 'native', secretsSet: [] });
    expect((await member.patch(path, { controller })).status).toBe(403);
  });

  it.each([
    [{ driver: 'toaster' }, ['controller.driver controller.driver']],
    [{ driver: 'native', url: 'http://a.test' }, ['controller.url controller.field']],
    [{ driver: 'moonraker' }, ['url', 'instance']],
    [{ driver: 'moonraker', instance: 'a', url: 'ftp://a.test' }, ['url']],
    [{ driver: 'moonraker', instance: 'a', url: 'http://me:secret@a.test' }, ['url']],
    [{ driver: 'moonraker', instance: 'creneau', url: 'http://a.test' }, ['instance']],
    [{ driver: 'moonraker', instance: 'a/#', url: 'http://a.test' }, ['instance']],
    [{ driver: 'moonraker', instance: '$SYS', url: 'http://a.test' }, ['instance']],
    [{ driver: 'moonraker', instance: 'a', url: 'http://a.test', apiKey: 'a\r\nb' }, ['apiKey']],
  ])('is refused where its family does not take it: %j', async (controller, wrong) => {
    const refused = await add<Problem>(controller);
    expect([refused.status, refused.body.code]).toEqual([422, 'controller.invalid']);
    expect(codes(refused.body)).toEqual(
      wrong.map((name) => (name.includes(' ') ? name : `controller.${name} controller.field`)),
    );
  });

  it('has its topics to itself', async () => {
    const controller = voron();
    const [first, second] = await Promise.all([add(controller), add(controller)]);
    const [won, lost] = first.status === 201 ? [first, second] : [second, first];
    expect([won.status, lost.status]).toEqual([201, 409]);
    expect((lost.body as unknown as Problem).code).toBe('controller.prefix_taken');
    const again = await manager.patch(`/machines/${won.body.id}`, { controller });
    expect(again.status).toBe(200);
  });

  it('is told under which prefix it may speak', async () => {
    const controller = voron();
    const { body } = await add(controller);
    const { body: account } = await manager.post<MachineCredentialsDto>(
      `/machines/${body.id}/credentials`,
    );
    expect(account.topicPrefix).toBe(controller.instance);
  });

  it('is not exchanged for another while a run is under way', async () => {
    const { machine, wire } = await onlineMachine(app);
    await queuedJob(app, { memberId: await app.lab.member(), machineId: machine.id });
    await wire.command('prepare');
    const path = `/machines/${machine.id}`;
    const refused = await manager.patch<Problem>(path, { controller: voron() });
    expect([refused.status, refused.body.code]).toEqual([409, 'controller.busy']);
  });
});
