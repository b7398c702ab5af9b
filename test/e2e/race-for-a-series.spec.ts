import { setTimeout as delay } from 'node:timers/promises';
import { comingDay } from '../builders/slots.js';
import type { Client } from '../support/client.js';
import { TwoProcesses, atOnce } from '../support/two-processes.js';
import type { Attempt } from '../support/two-processes.js';

const rounds = 100;
const overlap = '409 booking.overlap';
const conflict = '409 series.conflict';

describe(`of a series and whoever wants one of its slots, through two processes, in ${rounds} rounds`, () => {
  let both: TwoProcesses;
  let ines: [Client, Client];
  let otto: [Client, Client];

  beforeAll(async () => {
    both = await TwoProcesses.start();
    ines = await both.clientsOf(await both.lab.member());
    otto = await both.clientsOf(await both.lab.member('member', 'Otto'));
  });
  afterAll(() => both.stop());
  afterEach(() => expect(both.faults()).toBe(''));

  const contested = { startsAt: comingDay(3, 10), endsAt: comingDay(3, 11) };
  /** Five days, of which the contested one is the second. */
  const series = (machineId: string, onConflict: 'fail' | 'skip') => ({
    machineId,
    startsAt: comingDay(2, 10),
    endsAt: comingDay(2, 11),
    rule: 'FREQ=DAILY;COUNT=5',
    onConflict,
  });
  interface Standing {
    readonly whole: number;
    readonly contested: number;
  }
  /** How many bookings the series has, and how many hold the contested hour. */
  const standing = async (machineId: string) =>
    both.database.row<Standing & Record<string, unknown>>(
      `SELECT (count(*) FILTER (WHERE series_id IS NOT NULL))::int AS whole,
              (count(*) FILTER (WHERE occupied && tstzrange($2, $3)))::int AS contested
         FROM bookings WHERE machine_id = $1
          AND state IN ('requested', 'confirmed', 'checked_in', 'completed')`,
      [machineId, contested.startsAt, contested.endsAt],
    );
  /** Each is first, and each goes through either process, as often as the other. */
  const race = async (
    machineId: string,
    attempts: readonly ((through: 0 | 1) => Attempt)[],
  ): Promise<string[][]> => {
    const all: string[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const through = (index: number) => ((round + index) % 2 === 0 ? 0 : 1);
      const made = attempts.map((attempt, index) => attempt(through(index)));
      const turned = round % 4 < 2 ? made : [...made].reverse();
      const answers = await atOnce(turned);
      all.push(round % 4 < 2 ? answers : [...answers].reverse());
      const stands = await standing(machineId);
      expect(stands?.contested).toBe(1);
      all.at(-1)?.push(String(stands?.whole));
      await both.database.run('DELETE FROM bookings WHERE machine_id = $1', [machineId]);
    }
    return all;
  };
  /**
   * One booking is asked for in a fraction of the time that a series takes: it begins a little
   * later each round, so that it falls before, into and after what the series does.
   */
  const place = (machineId: string) => {
    let round = 0;
    return (through: 0 | 1) => async () => {
      await delay((round += 1) % 40);
      return otto[through].post('/bookings', { machineId, ...contested });
    };
  };

  it('one has it, and the series is whole or nothing', async () => {
    const { id } = await both.lab.machine();
    const answers = await race(id, [
      (through) => () => ines[through].post('/bookings/series', series(id, 'fail')),
      place(id),
    ]);
    const possible = [
      ['201', overlap, '5'],
      [conflict, '201', '0'],
    ];
    for (const answer of answers) expect(possible).toContainEqual(answer);
  }, 240_000);

  it('one has it, and the series has the rest where it may skip', async () => {
    const { id } = await both.lab.machine();
    const answers = await race(id, [
      (through) => () => ines[through].post('/bookings/series', series(id, 'skip')),
      place(id),
    ]);
    const possible = [
      ['201', overlap, '5'],
      ['201', '201', '4'],
    ];
    for (const answer of answers) expect(possible).toContainEqual(answer);
  }, 240_000);

  it('one of two series has it', async () => {
    const { id } = await both.lab.machine();
    const from = { startsAt: comingDay(1, 10), endsAt: comingDay(1, 11) };
    const answers = await race(id, [
      (through) => () => ines[through].post('/bookings/series', series(id, 'fail')),
      (through) => () => otto[through].post('/bookings/series', { ...series(id, 'fail'), ...from }),
    ]);
    const possible = [
      ['201', conflict, '5'],
      [conflict, '201', '5'],
    ];
    for (const answer of answers) expect(possible).toContainEqual(answer);
  }, 240_000);

  it('one has it, where a whole series moves to it', async () => {
    const { id } = await both.lab.machine();
    const moved: string[] = [];
    const rival = place(id);
    for (let round = 0; round < rounds; round += 1) {
      const asked = { ...series(id, 'fail'), startsAt: comingDay(2, 6), endsAt: comingDay(2, 7) };
      const { body } = await ines[0].post<{ bookings: { id: string }[] }>(
        '/bookings/series',
        asked,
      );
      const path = `/bookings/${body.bookings[2]?.id ?? ''}`;
      const change = { startsAt: comingDay(4, 10), scope: 'all' };
      const through = round % 2 === 0 ? 0 : 1;
      const attempts = [() => ines[through].patch(path, change), rival(through === 0 ? 1 : 0)];
      const answers = await atOnce(round % 4 < 2 ? attempts : attempts.reverse());
      moved.push((round % 4 < 2 ? answers : answers.reverse()).join(' '));
      const stands = await standing(id);
      expect([stands?.whole, stands?.contested]).toEqual([5, 1]);
      await both.database.run('DELETE FROM bookings WHERE machine_id = $1', [id]);
    }
    for (const answer of moved) expect([`200 ${overlap}`, `${conflict} 201`]).toContain(answer);
  }, 240_000);
});
