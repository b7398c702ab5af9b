import { readFile } from 'node:fs/promises';
import { connectAsync } from 'mqtt';
import type { MachinePageDto } from '../../src/machines/machines.dto.js';
import type { JobDto, ProposalsDto } from '../../src/jobs/jobs.dto.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startDemo } from '../support/demo-server.js';
import type { DemoServer } from '../support/demo-server.js';
import type { WireCommand } from '../support/wire-machine.js';

/** So fast that the print of nearly two hours takes about twenty seconds. */
const fast = { DEMO_SPEED: '320' };

describe('a server killed while a job runs', () => {
  let server: DemoServer;
  afterEach(() => server.stop());

  it('finds the same job again, started exactly once, and sees it to its end', async () => {
    server = await startDemo(fast);
    const starts = await hearStarts(server);
    const jobId = await runningJob(server);
    await server.kill('SIGKILL');

    server = await server.again();
    const heardAgain = await hearStarts(server);
    const member = await new Client(server.base).signIn('entrepreneur@demo.creneau.local', 'demo');
    const done = await eventually(async () => {
      const { body } = await member.get<JobDto>(`/jobs/${jobId}`);
      expect(body.state).toBe('completed');
      return body;
    });
    expect(done.history.map(({ state }) => state)).toEqual([
      'analysing',
      'awaiting_approval',
      'queued',
      'staging',
      'ready',
      'running',
      'completed',
    ]);
    expect(done.dispatches).toHaveLength(1);
    expect([...starts, ...heardAgain].filter((start) => start.jobId === jobId)).toHaveLength(1);
  });
});

/** Every start that is published from now on, as an observer of the lab hears it. */
async function hearStarts({ mqttPort }: DemoServer): Promise<WireCommand[]> {
  const heard: WireCommand[] = [];
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    protocolVersion: 4,
    username: 'observer',
    password: 'demo',
    reconnectPeriod: 0,
  });
  client.on('message', (_, payload) => {
    const command = JSON.parse(payload.toString('utf8')) as WireCommand;
    if (command.type === 'start') heard.push(command);
  });
  await client.subscribeAsync('creneau/v1/museolab/+/command', { qos: 1 });
  return heard;
}

/** Takes a file all the way to a machine that runs it. */
async function runningJob({ base }: DemoServer): Promise<string> {
  const member = await new Client(base).signIn('entrepreneur@demo.creneau.local', 'demo');
  const manager = await new Client(base).signIn('manager@demo.creneau.local', 'demo');
  await eventually(async () => {
    const { items } = (await member.get<MachinePageDto>('/machines')).body;
    expect(items.filter(({ live }) => live.connection === 'online')).toHaveLength(items.length);
  });
  const file = new Blob([await readFile('test/fixtures/prints/mp3-case.prusaslicer.gcode')]);
  const sent = await member.upload<JobDto>('/jobs', file, 'mp3-case.gcode');
  expect(sent.status).toBe(202);
  const { id } = sent.body;
  const is = (state: string) =>
    eventually(async () =>
      expect((await member.get<JobDto>(`/jobs/${id}`)).body.state).toBe(state),
    );
  await is('awaiting_approval');
  const { items } = (await member.get<ProposalsDto>(`/jobs/${id}/proposals`)).body;
  const [slot] = items;
  expect((await member.post(`/jobs/${id}/book`, { machineId: slot?.machineId })).status).toBe(201);
  expect((await manager.post(`/jobs/${id}/approve`)).status).toBe(200);
  await is('running');
  return id;
}
