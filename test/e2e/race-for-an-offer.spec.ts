import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { lockMachine } from '../../src/bookings/lock-machine.js';
import type { WishDto } from '../../src/bookings/waiting-list/waiting-list.dto.js';
import { aLab } from '../builders/lab.js';
import type { TestLab } from '../builders/lab.js';
import { startTestBroker } from '../support/broker.js';
import type { TestBroker } from '../support/broker.js';
import { Client } from '../support/client.js';
import type { Problem } from '../support/client.js';
import { freshDatabase, freshRedis, preferredBackend } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startServer } from '../support/server.js';
import type { Server } from '../support/server.js';

const rounds = 100;
const rivals = 4;
const hourMs = 3_600_000;

describe('freed time that the waiting list and others want at the same instant', () => {
  let fresh: TestDatabase;
  let broker: TestBroker;
  let servers: Server[];
  let lab: TestLab;

  beforeAll(async () => {
    fresh = await freshDatabase();
    broker = await startTestBroker(fresh.database);
    const variables = {
      DATABASE_URL: fresh.url,
      MQTT_URL: broker.url,
      LOG_LEVEL: 'warn',
      ROLES: 'api,worker',
      ...(preferredBackend === 'redis'
        ? { REDIS_URL: await freshRedis() }
        : { QUEUE_BACKEND: 'postgres' }),
    };
    servers = [await startServer({ variables }), await startServer({ variables })];
    lab = await aLab(fresh.database);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill('SIGTERM')));
    await broker.stop();
    await fresh.close();
  });

  const aClient = async (process: number) =>
    new Client(servers[process % servers.length]?.base ?? '').withSession(
      await lab.session(await lab.member()),
    );
  const slotOf = (round: number) => {
    const from = Math.ceil(Date.now() / hourMs) * hourMs + hourMs;
    const startsAt = new Date(from + round * hourMs).toISOString();
    return { startsAt, endsAt: new Date(from + (round + 1) * hourMs).toISOString() };
  };
  const wishFor = async (client: Client, machineId: string, slot: ReturnType<typeof slotOf>) => {
    const asked = { machineId, from: slot.startsAt, to: slot.endsAt, duration: 'PT1H' };
    const { status, body } = await client.post<WishDto>('/waiting-list', asked);
    expect(status).toBe(201);
    return body.id;
  };
  /** Whose the slot is: exactly one row occupies it. */
  const owner = async (machineId: string, slot: ReturnType<typeof slotOf>) => {
    const rows = await fresh.database.rows<{ kind: string }>(
      `SELECT kind FROM bookings
        WHERE machine_id = $1 AND tstzrange($2, $3) && occupied
          AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
      [machineId, slot.startsAt, slot.endsAt],
    );
    expect(rows).toHaveLength(1);
    return rows[0]?.kind;
  };
  /** As time does: at one instant, and not in the middle of an answer. */
  const runOut = (machineId: string, bookingId: string) =>
    fresh.database.transaction(async (sql) => {
      await lockMachine(sql, machineId);
      await sql.run(
        `UPDATE bookings SET hold_until = now() - interval '1 second'
          WHERE id = $1 AND kind = 'offer'`,
        [bookingId],
      );
      await sql.run(
        `UPDATE outbox SET available_at = now() WHERE key = 'step:booking:' || $1::uuid::text`,
        [bookingId],
      );
    });
  const noFaults = () => {
    for (const server of servers) expect(server.output()).not.toMatch(/40P01|"level":50/);
  };

  it(`goes to exactly one: the first in line, or whoever books it, in ${rounds} rounds`, async () => {
    const { id: machineId } = await lab.machine();
    const [holder, waiting] = [await aClient(0), await aClient(1)];
    const others = await Promise.all(Array.from({ length: rivals }, (_, index) => aClient(index)));
    const won = { offer: 0, booking: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const slot = slotOf(round);
      const { body: booking } = await holder.post<BookingDto>('/bookings', { machineId, ...slot });
      const wishId = await wishFor(waiting, machineId, slot);
      let settled = false;
      const offeredNow = async () => {
        const { body } = await waiting.get<WishDto>(`/waiting-list/${wishId}`);
        return body.state === 'offered';
      };
      const insist = async (client: Client) => {
        while (!settled) {
          const answer = await client.post<BookingDto & Problem>('/bookings', {
            machineId,
            ...slot,
          });
          if (answer.status === 201) {
            settled = true;
            return true;
          }
          expect([answer.status, answer.body.code]).toEqual([409, 'booking.overlap']);
        }
        return false;
      };
      const watch = async () => {
        while (!settled) if (await offeredNow()) settled = true;
      };
      const [cancelled, , ...placed] = await Promise.all([
        holder.post(`/bookings/${booking.id}/cancel`),
        watch(),
        ...others.map(insist),
      ]);
      expect(cancelled.status).toBe(200);
      const kind = await owner(machineId, slot);
      expect(placed.filter(Boolean)).toHaveLength(kind === 'offer' ? 0 : 1);
      won[kind === 'offer' ? 'offer' : 'booking'] += 1;
      expect((await waiting.delete(`/waiting-list/${wishId}`)).status).toBe(204);
    }
    expect(won.offer + won.booking).toBe(rounds);
    noFaults();
  }, 300_000);

  it(`is the member’s who takes it, against all who book meanwhile, in ${rounds} rounds`, async () => {
    const { id: machineId } = await lab.machine();
    const [holder, waiting] = [await aClient(0), await aClient(1)];
    const others = await Promise.all(Array.from({ length: rivals }, (_, index) => aClient(index)));
    for (let round = 0; round < rounds; round += 1) {
      const slot = slotOf(round);
      const { body: booking } = await holder.post<BookingDto>('/bookings', { machineId, ...slot });
      const wishId = await wishFor(waiting, machineId, slot);
      await holder.post(`/bookings/${booking.id}/cancel`);
      await eventually(async () => {
        const { body } = await waiting.get<WishDto>(`/waiting-list/${wishId}`);
        expect(body.state).toBe('offered');
      });
      const [first, second, ...refused] = await Promise.all([
        waiting.post<BookingDto & Problem>(`/waiting-list/${wishId}/take`),
        waiting.post<BookingDto & Problem>(`/waiting-list/${wishId}/take`),
        ...others.map((client) => client.post('/bookings', { machineId, ...slot })),
      ]);
      expect([first.status, second.status].sort()).toEqual([200, 409]);
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
        refused.map(() => [409, 'booking.overlap']),
      );
      expect(await owner(machineId, slot)).toBe('booking');
    }
    noFaults();
  }, 300_000);

  it(`is taken or goes on to the next, never both, in ${rounds} rounds`, async () => {
    const { id: machineId } = await lab.machine();
    const [holder, first, second] = [await aClient(0), await aClient(0), await aClient(1)];
    const won = { taken: 0, next: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const slot = slotOf(round);
      const { body: booking } = await holder.post<BookingDto>('/bookings', { machineId, ...slot });
      const wishId = await wishFor(first, machineId, slot);
      const nextId = await wishFor(second, machineId, slot);
      await holder.post(`/bookings/${booking.id}/cancel`);
      const stateOf = async (client: Client, id: string) =>
        (await client.get<WishDto>(`/waiting-list/${id}`)).body;
      const { offer } = await eventually(async () => {
        const wish = await stateOf(first, wishId);
        expect(wish.state).toBe('offered');
        return wish;
      });
      // The time runs out while the member presses the button.
      const [taken] = await Promise.all([
        first.post<BookingDto & Problem>(`/waiting-list/${wishId}/take`),
        runOut(machineId, offer?.bookingId ?? ''),
      ]);
      if (taken.status === 200) {
        won.taken += 1;
        expect((await stateOf(second, nextId)).state).toBe('waiting');
      } else {
        won.next += 1;
        expect([taken.status, taken.body.code]).toEqual([409, 'wish.state']);
        await eventually(async () => expect((await stateOf(second, nextId)).state).toBe('offered'));
      }
      await owner(machineId, slot);
      await second.delete(`/waiting-list/${nextId}`);
      await first.delete(`/waiting-list/${wishId}`);
    }
    expect(won.taken + won.next).toBe(rounds);
    noFaults();
  }, 300_000);
});
