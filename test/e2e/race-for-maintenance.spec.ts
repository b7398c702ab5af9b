import type { BookingDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import type { PlannedDowntimeDto } from '../../src/bookings/downtime/downtime.dto.js';
import { aLab } from '../builders/lab.js';
import { startTestBroker } from '../support/broker.js';
import type { TestBroker } from '../support/broker.js';
import { Client } from '../support/client.js';
import type { Problem } from '../support/client.js';
import { freshDatabase, freshRedis, preferredBackend } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { startServer } from '../support/server.js';
import type { Server } from '../support/server.js';

const rounds = 100;
const members = 6;
const hourMs = 3_600_000;

describe('maintenance and members who want the same time at the same instant', () => {
  let fresh: TestDatabase;
  let broker: TestBroker;
  let servers: Server[];

  beforeAll(async () => {
    fresh = await freshDatabase();
    broker = await startTestBroker(fresh.database);
    const variables = {
      DATABASE_URL: fresh.url,
      MQTT_URL: broker.url,
      LOG_LEVEL: 'warn',
      ROLES: 'api',
      ...(preferredBackend === 'redis'
        ? { REDIS_URL: await freshRedis() }
        : { QUEUE_BACKEND: 'postgres' }),
    };
    servers = [await startServer({ variables }), await startServer({ variables })];
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill('SIGTERM')));
    await broker.stop();
    await fresh.close();
  });

  const grounds = async () => {
    const lab = await aLab(fresh.database);
    const machine = await lab.machine();
    const client = async (index: number, role: 'member' | 'lab_manager') =>
      new Client(servers[index % 2]?.base ?? '').withSession(
        await lab.session(await lab.member(role)),
      );
    return {
      machine,
      manager: await client(0, 'lab_manager'),
      clients: await Promise.all(
        Array.from({ length: members }, (_, n) => client(n + 1, 'member')),
      ),
      slot: (round: number) => {
        const from = Math.ceil(Date.now() / hourMs + 1) * hourMs + round * hourMs;
        return {
          startsAt: new Date(from).toISOString(),
          endsAt: new Date(from + hourMs).toISOString(),
        };
      },
    };
  };
  const occupants = (machineId: string, { startsAt, endsAt }: Omit<SlotDto, 'machineId'>) =>
    fresh.database.rows<{ kind: string; state: string }>(
      `SELECT kind, state FROM bookings WHERE machine_id = $1 AND occupied && tstzrange($2, $3)
        AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
      [machineId, startsAt, endsAt],
    );
  const expectCalm = () => {
    for (const server of servers) expect(server.output()).not.toMatch(/40P01|"level":50/);
  };

  it(`gives it to exactly one, in ${rounds} rounds`, async () => {
    const { machine, manager, clients, slot } = await grounds();
    const wins = { maintenance: 0, member: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const when = slot(round);
      const places = clients.map(
        (client) => () =>
          client.post<BookingDto & Problem>('/bookings', { machineId: machine.id, ...when }),
      );
      // Each comes first as often as the other.
      const maintain = () =>
        manager.post<PlannedDowntimeDto & Problem>(`/machines/${machine.id}/maintenance`, {
          ...when,
          reason: 'Nettoyage',
        });
      const asked = round % 2 === 0 ? [maintain, ...places] : [...places, maintain];
      const answers = await Promise.all(asked.map((ask) => ask()));
      const won = answers.filter((answer) => answer.status === 201);
      expect(won).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 201) continue;
        expect(answer.status).toBe(409);
        expect(['booking.overlap', 'maintenance.conflict']).toContain(answer.body.code);
      }
      const [occupant, ...more] = await occupants(machine.id, when);
      expect(more).toEqual([]);
      wins[occupant?.kind === 'maintenance' ? 'maintenance' : 'member'] += 1;
    }
    expect(wins.maintenance + wins.member).toBe(rounds);
    expectCalm();
  }, 300_000);

  it(`leaves it to maintenance that displaces, and tells whoever had it once, in ${rounds} rounds`, async () => {
    const { machine, manager, clients, slot } = await grounds();
    for (let round = 0; round < rounds; round += 1) {
      const when = slot(round);
      const [maintained, ...placed] = await Promise.all([
        manager.post<PlannedDowntimeDto>(`/machines/${machine.id}/maintenance`, {
          ...when,
          reason: 'Nettoyage',
          displace: true,
        }),
        ...clients.map((client) =>
          client.post<BookingDto>('/bookings', { machineId: machine.id, ...when }),
        ),
      ]);
      expect(maintained.status).toBe(201);
      const taken = placed.filter(({ status }) => status === 201).map(({ body }) => body.id);
      for (const { status } of placed) expect([201, 409]).toContain(status);
      expect(maintained.body.displaced.map(({ bookingId }) => bookingId)).toEqual(taken);
      expect(await occupants(machine.id, when)).toEqual([
        { kind: 'maintenance', state: 'confirmed' },
      ]);
      const told = await fresh.database.rows(
        `SELECT 1 FROM notifications WHERE kind = 'booking.displaced' AND subject_id = ANY($1)`,
        [taken],
      );
      expect(told).toHaveLength(taken.length);
    }
    expectCalm();
  }, 300_000);
});
