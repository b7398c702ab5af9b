import type { MachinePageDto } from '../../src/machines/machines.dto.js';
import type { BookingDto, BookingPageDto } from '../../src/bookings/bookings.dto.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { alive, family } from '../support/processes.js';
import { newDataDir, spawnServer, startServer } from '../support/server.js';
import type { Server } from '../support/server.js';

const entrepreneur = 'entrepreneur@demo.creneau.local';

describe('the program on a bare machine', () => {
  const running: Server[] = [];
  const start = async (...options: Parameters<typeof startServer>) => {
    const server = await startServer(...options);
    running.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of running.splice(0)) await server.kill('SIGINT');
  });

  const bookAnyPrinter = async (server: Server): Promise<BookingDto> => {
    const member = await new Client(server.base).signIn(entrepreneur, 'demo');
    const machines = await member.get<MachinePageDto>('/machines');
    const printer = machines.body.items.find(({ machineType }) => machineType === 'fdm_printer');
    const booked = await member.post<BookingDto>('/bookings', {
      machineId: printer?.id,
      duration: 'PT30M',
    });
    expect(booked.status).toBe(201);
    return booked.body;
  };
  const bookings = async (server: Server) => {
    const member = await new Client(server.base).signIn(entrepreneur, 'demo');
    return (await member.get<BookingPageDto>('/bookings?memberId=me')).body.items;
  };

  it('brings its services up, shows where to sign in, and has the demo lab', async () => {
    const server = await start();
    await eventually(() => expect(server.output()).toContain(`http://localhost:${server.port}`));
    for (const who of ['manager', 'entrepreneur', 'newcomer'])
      expect(server.output()).toContain(`${who}@demo.creneau.local`);
    const member = await new Client(server.base).signIn(entrepreneur, 'demo');
    const { items } = (await member.get<MachinePageDto>('/machines')).body;
    const of = (type: string) => items.filter(({ machineType }) => machineType === type);
    expect(of('laser_cutter').length).toBeGreaterThanOrEqual(2);
    expect(of('fdm_printer').length).toBeGreaterThanOrEqual(4);
    await eventually(async () => {
      const machines = (await member.get<MachinePageDto>('/machines')).body.items;
      expect(machines.map(({ live }) => live.connection)).toEqual(machines.map(() => 'online'));
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops in order on %s and leaves no process behind',
    async (signal) => {
      const server = await start();
      const all = await family(server.pid);
      expect(all.length).toBeGreaterThan(3);
      expect(await server.kill(signal)).toBe(0);
      await eventually(async () => expect(await alive(all)).toEqual([]), 10_000);
      expect(server.output()).not.toMatch(/"level":(50|60)/);
    },
  );

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    const booking = await bookAnyPrinter(first);
    await first.kill('SIGINT');
    const second = await start({ dataDir: first.dataDir });
    expect((await bookings(second)).map(({ id }) => id)).toEqual([booking.id]);
  });

  it('recovers from a kill -9, however its services were left', async () => {
    const first = await start();
    const booking = await bookAnyPrinter(first);
    const all = await family(first.pid);
    await first.kill('SIGKILL');
    const second = await start({ dataDir: first.dataDir });
    expect((await bookings(second)).map(({ id }) => id)).toEqual([booking.id]);
    await eventually(async () => expect(await alive(all)).toEqual([]));
  });

  it('recovers when everything it started was killed at the same instant', async () => {
    const first = await start();
    const booking = await bookAnyPrinter(first);
    for (const pid of await family(first.pid)) process.kill(pid, 'SIGKILL');
    await first.ended;
    const second = await start({ dataDir: first.dataDir });
    expect((await bookings(second)).map(({ id }) => id)).toEqual([booking.id]);
  });

  it('refuses a second start on the same data folder, and says by whom it is used', async () => {
    const first = await start();
    const second = await spawnServer({ dataDir: first.dataDir });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(first.dataDir);
    expect(second.output()).toContain(`process ${first.pid}`);
    expect(second.output()).toContain('DATA_DIR');
    expect((await fetch(`${first.base}/health/ready`)).status).toBe(200);
  });

  it('names every mistake of the configuration at once, and never a value', async () => {
    const server = await spawnServer({
      variables: {
        PORT: 'eighty-secret',
        DATABASE_URL: 'mysql://root:hunter2@db/creneau',
        ROLES: 'api,boss-secret',
        DEMO: 'perhaps-secret',
      },
    });
    expect(await server.ended).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'ROLES', 'DEMO'])
      expect(server.output()).toContain(name);
    expect(server.output()).not.toMatch(/secret|hunter2/);
  });

  it('says which port is taken and what to set', async () => {
    const first = await start();
    const web = await spawnServer({ port: first.port });
    expect(await web.ended).toBe(1);
    expect(web.output()).toContain('PORT');
    const mqtt = await spawnServer({ mqttPort: first.mqttPort });
    expect(await mqtt.ended).toBe(1);
    expect(mqtt.output()).toContain('MQTT_PORT');
  });

  it('says what to install and what to set where PostgreSQL’s folder is closed', async () => {
    const server = await spawnServer({
      variables: { DATABASE_URL: 'postgres://127.0.0.1:1/none' },
    });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('DATABASE_URL');
  });

  it('runs without any Redis on the PATH, and says so in one line', async () => {
    const server = await start({
      dataDir: await newDataDir(),
      variables: { QUEUE_BACKEND: 'postgres' },
    });
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.includes('BullMQ runs on PostgreSQL'));
    expect(lines).toHaveLength(1);
    await bookAnyPrinter(server);
  });
});
