import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { setTimeout as delay } from 'node:timers/promises';
import { bringForward, comingDay } from '../builders/slots.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { TwoProcesses, atOnce } from '../support/two-processes.js';

const rounds = 100;
const overlap = '409 booking.overlap';
const wrongState = '409 booking.state';

describe(`of two who ask at the same instant, through two processes, in ${rounds} rounds`, () => {
  let both: TwoProcesses;
  let ines: [Client, Client];
  let otto: [Client, Client];
  let manager: [Client, Client];

  beforeAll(async () => {
    both = await TwoProcesses.start({ withWorker: true });
    ines = await both.clientsOf(await both.lab.member());
    otto = await both.clientsOf(await both.lab.member('member', 'Otto'));
    manager = await both.clientsOf(await both.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => both.stop());
  afterEach(() => expect(both.faults()).toBe(''));

  const slot = (machineId: string, round: number, hours = 1) => ({
    machineId,
    startsAt: comingDay(2, round * 2),
    duration: `PT${hours}H`,
  });
  const placed = async (client: Client, asked: object) => {
    const { status, body } = await client.post<BookingDto>('/bookings', asked);
    expect(status).toBe(201);
    return body.id;
  };
  /** Exactly one won; which of them it was is left to the race. */
  const expectOne = (answers: readonly string[], won: RegExp, lost: string) => {
    expect(answers.filter((answer) => won.test(answer))).toHaveLength(1);
    expect(answers.filter((answer) => answer === lost)).toHaveLength(answers.length - 1);
  };
  const eachRound = async (race: (round: number) => Promise<void>) => {
    for (let round = 0; round < rounds; round += 1) await race(round);
  };

  it('one has the slot that both would place', async () => {
    const { id } = await both.lab.machine();
    await eachRound(async (round) => {
      const answers = await atOnce([
        () => ines[0].post('/bookings', slot(id, round)),
        () => otto[1].post('/bookings', slot(id, round)),
      ]);
      expectOne(answers, /^201$/, overlap);
    });
  }, 120_000);

  it('one has the slot that one would place and the other move to', async () => {
    const { id } = await both.lab.machine();
    const target = comingDay(20, 0);
    await eachRound(async (round) => {
      const bookingId = await placed(ines[0], slot(id, round));
      const startsAt = new Date(Date.parse(target) + round * 7_200_000).toISOString();
      const answers = await atOnce([
        () => ines[round % 2 === 0 ? 0 : 1].patch(`/bookings/${bookingId}`, { startsAt }),
        () =>
          otto[round % 2 === 0 ? 1 : 0].post('/bookings', {
            machineId: id,
            startsAt,
            duration: 'PT1H',
          }),
      ]);
      expectOne(answers, /^20[01]$/, overlap);
      const there = await both.database.rows(
        `SELECT id FROM bookings WHERE machine_id = $1 AND starts_at = $2`,
        [id, startsAt],
      );
      expect(there).toHaveLength(1);
    });
  }, 120_000);

  it('one decides, where one approves and the other rejects', async () => {
    const { id } = await both.lab.machine({ rules: { approval: 'manager' } });
    await eachRound(async (round) => {
      const path = `/bookings/${await placed(ines[0], slot(id, round))}`;
      const answers = await atOnce([
        () => manager[0].post(`${path}/approve`),
        () => manager[1].post(`${path}/reject`, { reason: 'non' }),
      ]);
      expectOne(answers, /^200$/, wrongState);
    });
  }, 120_000);

  it('it is approved or expired, where its hold runs out as it is approved', async () => {
    const { id } = await both.lab.machine({ rules: { approval: 'manager' } });
    await eachRound(async (round) => {
      const bookingId = await placed(ines[0], slot(id, round));
      await both.database.run('UPDATE bookings SET hold_until = now() WHERE id = $1', [bookingId]);
      // The step goes by outbox, queue and worker, which takes some milliseconds:
      // the decision comes before it, with it, or after it.
      const approve = () => manager[0].post(`/bookings/${bookingId}/approve`);
      const [[answer]] = await Promise.all([
        delay((round % 20) * 3).then(() => atOnce([approve])),
        bringForward(both.database, `booking:${bookingId}`),
      ]);
      const [state, ...others] = await eventually(async () => {
        const rows = await both.database.rows<{ state: string }>(
          `SELECT state FROM booking_history WHERE booking_id = $1 AND state <> 'requested'`,
          [bookingId],
        );
        expect(rows).not.toEqual([]);
        return rows.map((row) => row.state);
      });
      expect(others).toEqual([]);
      expect([answer, state]).toEqual(
        answer === '200' ? ['200', 'confirmed'] : [wrongState, 'expired'],
      );
    });
  }, 120_000);

  it('one is placed of two that together exceed the week’s quota', async () => {
    const { id } = await both.lab.machine({ rules: { weeklyQuota: 4 * 3_600 } });
    await eachRound(async () => {
      const memberId = await both.lab.member();
      const [first, second] = await both.clientsOf(memberId);
      const used = await placed(first, slot(id, 0, 3));
      const answers = await atOnce([
        () => first.post('/bookings', slot(id, 2)),
        () => second.post('/bookings', slot(id, 3)),
      ]);
      expectOne(answers, /^201$/, '422 booking.rules');
      await both.database.run('DELETE FROM bookings WHERE member_id = $1', [memberId]);
      expect(used).toBeTruthy();
    });
  }, 120_000);
});
