import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import type { Client as AedesClient } from 'aedes';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { startSimulator } from './simulator.js';
import type { Simulator } from './simulator.js';

const print = fileURLToPath(
  new URL('../../../test/fixtures/prints/gear.cura.gcode', import.meta.url),
);
const prefix = 'creneau/v1/museolab/printer-1';

interface Message {
  topic: string;
  retain: boolean;
  payload: Record<string, unknown>;
}

/** What the machine said, and a way to wait until it has said something. */
class Ear {
  readonly heard: Message[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(client: MqttClient) {
    client.on('message', (topic, payload, { retain }) => {
      const value = JSON.parse(payload.toString()) as Record<string, unknown>;
      this.heard.push({ topic: topic.slice(prefix.length + 1), retain, payload: value });
      this.waiting.forEach((look) => look());
    });
  }

  async until(topic: string, facts: Record<string, unknown>): Promise<Record<string, unknown>> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.of(topic).find((payload) =>
          Object.entries(facts).every(([name, value]) => payload[name] === value),
        );
        if (!found) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  of(topic: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message.topic === topic).map(({ payload }) => payload);
  }
}

describe('simulated machines on a broker', () => {
  let broker: Aedes;
  let tcp: TcpServer;
  let files: Server;
  let client: MqttClient;
  let ear: Ear;
  let stateDir: string;
  let mqttUrl: string;
  let simulator: Simulator | undefined;
  let log: string[];
  let fetches: number;
  const connected = new Map<string, AedesClient>();

  beforeEach(async () => {
    broker = await Aedes.createBroker({
      authenticate: (_, username, password, done) =>
        done(null, username === 'watcher' || password?.toString() === 'a-secret'),
    });
    broker.on('clientReady', (machine) => connected.set(machine.id, machine));
    tcp = createTcpServer((socket) => void broker.handle(socket));
    fetches = 0;
    files = createServer((request, response) => {
      fetches += 1;
      if (request.url === '/elsewhere') response.writeHead(302, { location: '/file' }).end();
      else createReadStream(print).pipe(response);
    });
    mqttUrl = `mqtt://127.0.0.1:${await listening(tcp)}`;
    await listening(files);
    stateDir = await mkdtemp(join(tmpdir(), 'creneau-simulator-'));
    client = await connectAsync(mqttUrl, { protocolVersion: 4, username: 'watcher' });
    ear = new Ear(client);
    await client.subscribeAsync(`${prefix}/#`, { qos: 1 });
    log = [];
    simulator = undefined;
  });

  afterEach(async () => {
    await simulator?.stop();
    await client.endAsync(true);
    await new Promise<void>((resolve) => broker.close(resolve));
    await closed(tcp);
    files.closeAllConnections();
    await closed(files);
    await rm(stateDir, { recursive: true });
  });

  async function start(speed: number): Promise<Simulator> {
    const machine = {
      slug: 'printer-1',
      username: 'museolab.printer-1',
      password: 'a-secret',
      machineType: 'fdm_printer',
      model: 'Test One',
      workArea: { x: 200, y: 200, z: 200 },
    };
    simulator = await startSimulator(
      { mqttUrl, lab: 'museolab', speed, stateDir, machines: [machine] },
      (event, facts) => log.push(JSON.stringify({ event, ...facts })),
      (error) => {
        throw error;
      },
    );
    return simulator;
  }

  async function order(path = '/file'): Promise<Record<string, unknown>> {
    const content = await readFile(print);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { port } = files.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}${path}`, sha256, size: content.length };
  }

  function command(commandId: string, type: string, args: object = {}): Promise<unknown> {
    const issuedAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const payload = { commandId, type, jobId: 'job-1', issuedAt, expiresAt, args };
    return client.publishAsync(`${prefix}/command`, JSON.stringify(payload), { qos: 1 });
  }

  it('fetches a real file, runs it to the end and says goodbye', async () => {
    await start(2_000);
    await ear.until('connection', { state: 'online' });
    await command('p', 'prepare', await order());
    await ear.until('ack', { commandId: 'p', status: 'finished' });
    expect((await stat(join(stateDir, 'printer-1', 'job.bin'))).size).toBe(1_148_491);
    await command('s', 'start');
    await ear.until('ack', { commandId: 's', status: 'finished' });
    await ear.until('state', { state: 'idle', commandId: 's', progress: 1 });
    expect(ear.of('ack').map(({ commandId, status }) => [commandId, status])).toEqual([
      ['p', 'accepted'],
      ['p', 'finished'],
      ['s', 'accepted'],
      ['s', 'finished'],
    ]);
    const states = ear.of('state');
    expect(states.map(({ state }) => state)).toContain('running');
    expect(states.map(({ seq }) => seq)).toEqual(states.map((_, index) => index + 1));
    await simulator?.stop();
    await ear.until('connection', { state: 'offline' });
    expect(log.join('\n')).not.toMatch(/a-secret|http:/);
  });

  it('runs nothing twice when a command comes again', async () => {
    await start(2_000);
    await ear.until('connection', { state: 'online' });
    await command('p', 'prepare', await order());
    await ear.until('ack', { commandId: 'p', status: 'finished' });
    await command('p', 'prepare', await order());
    await command('q', 'pause');
    await ear.until('ack', { commandId: 'q', status: 'rejected' });
    expect(fetches).toBe(1);
    expect(ear.of('ack').filter(({ commandId }) => commandId === 'p')).toHaveLength(3);
  });

  it('refuses a file that is not what was announced, and follows no redirection', async () => {
    await start(2_000);
    await ear.until('connection', { state: 'online' });
    await command('p1', 'prepare', { ...(await order()), sha256: '0'.repeat(64) });
    expect(await ear.until('ack', { commandId: 'p1', status: 'failed' })).toMatchObject({
      error: expect.stringContaining('SHA-256') as string,
    });
    await command('p2', 'prepare', { ...(await order()), size: 1_000 });
    expect(await ear.until('ack', { commandId: 'p2', status: 'failed' })).toMatchObject({
      error: 'the file is larger than announced',
    });
    await command('p3', 'prepare', await order('/elsewhere'));
    expect(await ear.until('ack', { commandId: 'p3', status: 'failed' })).toMatchObject({
      error: 'the file could not be fetched (HTTP 302)',
    });
    await command('s', 'start');
    await ear.until('ack', { commandId: 's', status: 'rejected' });
  });

  it('goes on after its power was cut, and gets what was sent meanwhile', async () => {
    // 2397 s of file at this speed outlast the test by far.
    await start(2);
    const { sessionId } = await ear.until('connection', { state: 'online' });
    await command('p', 'prepare', await order());
    await ear.until('ack', { commandId: 'p', status: 'finished' });
    await command('s', 'start');
    await ear.until('state', { state: 'running', commandId: 's' });
    await simulator?.cut();
    await ear.until('connection', { sessionId, state: 'lost' });
    await command('c', 'cancel');
    const before = ear.heard.length;
    await start(2);
    await ear.until('ack', { commandId: 'c', status: 'finished' });
    await ear.until('state', { state: 'idle', commandId: 's', remaining: 0 });
    const after = ear.heard.slice(before);
    const online = after.find(({ topic }) => topic === 'connection');
    expect(online?.payload).toMatchObject({ state: 'online' });
    expect(online?.payload['sessionId']).not.toBe(sessionId);
    const first = after.find(({ topic }) => topic === 'state');
    expect(first?.payload).toMatchObject({ seq: 1, commandId: 's' });
  });

  it('comes back to a broker that lost it', async () => {
    await start(2_000);
    const { sessionId } = await ear.until('connection', { state: 'online' });
    await ear.until('state', { seq: 1 });
    connected.get('creneau-museolab-printer-1')?.conn.destroy();
    await ear.until('connection', { sessionId, state: 'lost' });
    const count = ear.of('connection').length;
    await command('q', 'pause');
    await ear.until('ack', { commandId: 'q', status: 'rejected' });
    expect(ear.of('connection').slice(count).at(-1)).toMatchObject({ state: 'online' });
  });
});

function listening(server: Server | TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server | TcpServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
