import { MoonrakerSimulator } from '../../src/demo/simulator/moonraker/moonraker-simulator.js';
import type { LiveDto, MachineDto } from '../../src/machines/machines.dto.js';
import { queuedJob } from '../builders/job.js';
import type { TestMachine } from '../builders/lab.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { JobWatch } from '../support/job-watch.js';

describe.each([
  ['in whole messages', false],
  ['field by field', true],
])('a printer under Moonraker that tells its status %s', (_, split) => {
  let app: TestApp;
  let watch: JobWatch;
  let memberId: string;
  let member: Client;
  let manager: Client;
  let count = 0;

  beforeAll(async () => {
    app = await startApp({ variables: { OUTGOING_NETWORKS: '127.0.0.1' } });
    watch = await JobWatch.of(app);
    memberId = await app.lab.member();
    member = await app.as(memberId);
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(async () => {
    await watch.expectStartsOnce();
    await app.stop();
  });

  const apiKey = 'k3y-of-the-printer';
  interface Printer {
    readonly machine: TestMachine;
    readonly printer: MoonrakerSimulator;
  }
  const aPrinter = async ({ runMs = 3_000, key = apiKey, old = '' } = {}): Promise<Printer> => {
    const instance = `voron-${(count += 1)}`;
    const account = { username: '', password: '' };
    const settings = { mqttUrl: app.broker.machineUrl, instance, split, apiKey: key, runMs };
    const printer = new MoonrakerSimulator(Object.assign(account, settings));
    app.guest(() => printer.stop());
    await printer.listen();
    if (old) printer.leave(old, 'complete');
    const controller = { driver: 'moonraker', url: printer.url, instance, apiKey };
    const machine = await app.lab.machine({ controller });
    await app.broker.refresh();
    Object.assign(account, { username: machine.username, password: machine.secret });
    await printer.connect();
    await liveIs(machine, { connection: 'online', state: 'idle' });
    return { machine, printer };
  };
  const liveIs = ({ id }: TestMachine, live: Partial<LiveDto>) =>
    eventually(async () =>
      expect((await member.get<MachineDto>(`/machines/${id}`)).body.live).toMatchObject(live),
    );
  const jobOn = ({ machine }: Printer) => queuedJob(app, { memberId, machineId: machine.id });
  const running = async (more: Parameters<typeof aPrinter>[0] = {}) => {
    const place = await aPrinter(more);
    const jobId = await jobOn(place);
    await watch.stateIs(jobId, 'running');
    return { ...place, jobId };
  };
  const starts = (printer: MoonrakerSimulator) =>
    printer.requests.filter((method) => method === 'printer.print.start').length;
  const whole = ['queued', 'staging', 'ready', 'running', 'completed'];

  it('gets the file with its sum, is started once, and completes the job by its own word', async () => {
    const { machine, printer, jobId } = await running();
    await liveIs(machine, { state: 'running', job: { id: jobId } });
    const done = await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual(whole);
    expect(done.history.at(-1)?.by).toMatchObject({ kind: 'machine', id: machine.id });
    expect(printer.uploads).toHaveLength(1);
    expect(printer.uploads[0]?.name).toContain(jobId);
    expect(printer.uploads[0]?.content.toString()).toBe('G28\nG1 X10 Y10 F1500\n');
    expect(starts(printer)).toBe(1);
  });

  it('does not complete a job with the end of an older file', async () => {
    const { printer, jobId } = await running({ old: 'benchy.gcode', runMs: 4_000 });
    expect((await watch.job(jobId)).state).toBe('running');
    await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual(whole);
    expect(printer.klipper.status()['print_stats']).toMatchObject({ state: 'complete' });
  });

  it('is paused, resumed and cancelled by the member, once it says so', async () => {
    const { machine, printer, jobId } = await running({ runMs: 600_000 });
    await member.post(`/jobs/${jobId}/pause`);
    await watch.stateIs(jobId, 'paused');
    await member.post(`/jobs/${jobId}/resume`);
    await watch.stateIs(jobId, 'running');
    await member.post(`/jobs/${jobId}/cancel`);
    const ended = await watch.stateIs(jobId, 'cancelled');
    expect(ended.history.at(-1)?.by).toMatchObject({ kind: 'machine', id: machine.id });
    expect(printer.klipper.printing).toBeNull();
  });

  it('is stopped at the machine, and the job says so', async () => {
    const { printer, jobId } = await running({ runMs: 600_000 });
    printer.klipper.cancel();
    expect((await watch.stateIs(jobId, 'cancelled')).reason).toBe('stopped at the machine');
  });

  it('fails with its own reason, and takes the next job once the bed is clear', async () => {
    const { machine, printer, jobId } = await running({ runMs: 600_000 });
    printer.klipper.fail('Heater extruder not heating at expected rate');
    const failed = await watch.stateIs(jobId, 'failed');
    expect(failed.reason).toBe('Heater extruder not heating at expected rate');
    await member.post(`/machines/${machine.id}/clear`);
    const next = await eventually(() =>
      queuedJob(app, { memberId, machineId: machine.id, opensIn: 0 }),
    );
    await watch.stateIs(next, 'running');
    expect(starts(printer)).toBe(2);
  });

  it('fails when Klipper shuts down, which no print survives', async () => {
    const { machine, printer, jobId } = await running({ runMs: 600_000 });
    printer.klipper.shutdown('Lost communication with MCU');
    expect((await watch.stateIs(jobId, 'failed')).reason).toBe('Lost communication with MCU');
    await liveIs(machine, { state: 'error' });
  });

  it('is stale, then offline in silence; the job goes on when it is back', async () => {
    const { machine, printer, jobId } = await running({ runMs: 4_000 });
    printer.silence(true);
    app.clock.advance(16);
    await liveIs(machine, { connection: 'stale', state: 'running' });
    app.clock.advance(46);
    await liveIs(machine, { connection: 'offline', state: 'running' });
    expect((await watch.job(jobId)).state).toBe('running');
    printer.silence(false);
    await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual(whole);
  });

  it('prints on while Moonraker is killed, and the end is believed when it is told', async () => {
    const { machine, printer, jobId } = await running();
    await printer.cut();
    await liveIs(machine, { connection: 'offline', state: 'running' });
    await eventually(() => expect(printer.klipper.printing).toBeNull());
    expect((await watch.job(jobId)).state).toBe('running');
    await printer.restart();
    await watch.stateIs(jobId, 'completed');
  });

  it('is asked for the whole, so that a lost message is not missed for long', async () => {
    const { printer, jobId } = await running({ runMs: 2_000 });
    printer.lose(Infinity);
    await eventually(() => expect(printer.klipper.printing).toBeNull());
    expect((await watch.job(jobId)).state).toBe('running');
    printer.lose(0);
    await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual(whole);
  });

  it('survives a broker that was restarted and remembers nothing', async () => {
    const { machine, jobId } = await running({ runMs: 6_000 });
    await app.broker.restart();
    await liveIs(machine, { connection: 'online' });
    await watch.stateIs(jobId, 'completed');
    expect(await watch.story(jobId)).toEqual(whole);
  });

  it('that does not take our key takes no file, and the job says why', async () => {
    const place = await aPrinter({ key: 'another' });
    const jobId = await jobOn(place);
    const failed = await watch.stateIs(jobId, 'failed');
    expect(failed.reason).toBe('Moonraker does not accept our key');
    expect(place.printer.requests).not.toContain('printer.print.start');
  });

  it('that prints somebody’s file is busy, and keeps our job waiting', async () => {
    const place = await aPrinter({ runMs: 5_000 });
    place.printer.klipper.keep('hook.gcode', 10);
    place.printer.klipper.start('hook.gcode');
    await liveIs(place.machine, { state: 'running', job: null });
    const jobId = await jobOn(place);
    const queue = await eventually(async () => {
      const { body } = await manager.get<{ items: { jobId: string; blockedBy: unknown }[] }>(
        `/queue?machineId=${place.machine.id}`,
      );
      expect(JSON.stringify(body)).toContain('machine.busy');
      return body;
    });
    expect(JSON.stringify(queue)).toContain(jobId);
    await watch.stateIs(jobId, 'completed');
    expect(starts(place.printer)).toBe(1);
  });
});
