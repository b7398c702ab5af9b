import type { BookingDto, SlotDto } from '../../src/bookings/bookings.dto.js';
import type {
  PlacedSeriesDto,
  SeriesDto,
  SkippedOccurrenceDto,
} from '../../src/bookings/series/series.dto.js';
import type { MachineRules } from '../../src/machines/machine-facts.js';
import { bySystem } from '../../src/people/actor.js';
import { giveCertification } from '../../src/people/certifications.js';
import { addProject } from '../../src/people/projects.js';
import { addTraining } from '../../src/people/trainings.js';
import { comingMonday, wallAt } from '../builders/series.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { auditOf } from '../support/audit.js';
import type { Client, Problem } from '../support/client.js';

const hour = 3_600;
const day = 86_400;

describe('a series of bookings', () => {
  let app: TestApp;
  let memberId: string;
  let member: Client;
  let other: Client;
  let manager: Client;

  beforeAll(async () => {
    app = await startApp();
    memberId = await app.lab.member();
    member = await app.as(memberId);
    other = await app.as(await app.lab.member('member', 'Otto'));
    manager = await app.as(await app.lab.member('lab_manager', 'Marc'));
  });
  afterAll(() => app.stop());

  const machine = async (rules: Partial<MachineRules> = {}) =>
    (await app.lab.machine({ rules: { horizon: 100 * day, ...rules } })).id;
  /** That many days after Monday of next week; evenings, 18:00 to 20:00. */
  const date = (days: number) => comingMonday().add({ days }).toString();
  const evening = (days: number, from = '18:00', to = '20:00') => ({
    startsAt: wallAt(date(days), from),
    endsAt: wallAt(date(days), to),
  });
  const place = <T = PlacedSeriesDto>(asked: object, by = member, headers = {}) =>
    by.post<T>('/bookings/series', { ...evening(0), ...asked }, headers);
  const placed = async (asked: object, by = member) => {
    const { status, body } = await place(asked, by);
    expect(status).toBe(201);
    return body;
  };
  const alone = async (machineId: string, days: number, by = other) => {
    const { status, body } = await by.post<BookingDto>('/bookings', {
      machineId,
      ...evening(days),
    });
    expect(status).toBe(201);
    return body;
  };
  const rowsOf = (machineId: string) =>
    app.database.rows<{ state: string }>('SELECT state FROM bookings WHERE machine_id = $1', [
      machineId,
    ]);
  const times = (bookings: readonly BookingDto[]) => bookings.map(({ startsAt }) => startsAt);

  it('is placed as bookings that know it, in the lab’s wall time', async () => {
    const machineId = await machine();
    const body = await placed({ machineId, rule: 'FREQ=WEEKLY;COUNT=3', purpose: 'Cours' });
    expect(body).toMatchObject({ rule: 'FREQ=WEEKLY;COUNT=3', machineId, skipped: [] });
    expect(body.bookings).toMatchObject(
      [0, 7, 14].map((days) => ({
        ...evening(days),
        seriesId: body.id,
        state: 'confirmed',
        purpose: 'Cours',
        mine: true,
      })),
    );
    const steps = await app.database.rows<{ key: string }>(
      'SELECT key FROM outbox WHERE key = ANY($1) AND available_at > now()',
      [body.bookings.map(({ id }) => `step:booking:${id}`)],
    );
    expect(steps).toHaveLength(3);
  });

  it('is read by its owner and by staff; others see busy time and no series', async () => {
    const machineId = await machine();
    const { id, bookings } = await placed({ machineId, rule: 'FREQ=DAILY;COUNT=2' });
    for (const client of [member, manager]) {
      const { status, body } = await client.get<SeriesDto>(`/bookings/series/${id}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        id,
        memberId,
        rule: 'FREQ=DAILY;COUNT=2',
        timeZone: 'Europe/Paris',
      });
      expect(body.occurrences).toMatchObject([
        { occurrence: `${date(0)}T18:00:00`, ...evening(0), booking: { id: bookings[0]?.id } },
        { occurrence: `${date(1)}T18:00:00`, ...evening(1), booking: { state: 'confirmed' } },
      ]);
    }
    const hidden = await other.get<Problem>(`/bookings/series/${id}`);
    expect([hidden.status, hidden.body.code]).toEqual([404, 'series.unknown']);
    const { body } = await other.get<{ items: BookingDto[] }>(`/bookings?machineId=${machineId}`);
    expect(body.items).toMatchObject([
      { state: 'busy', seriesId: null, memberId: null },
      { state: 'busy', seriesId: null },
    ]);
  });

  it('is refused whole where one slot is taken, names the date, and offers others', async () => {
    const machineId = await machine();
    await alone(machineId, 1);
    const { status, body } = await place<Problem>({ machineId, rule: 'FREQ=DAILY;COUNT=3' });
    expect([status, body.code]).toEqual([409, 'series.conflict']);
    expect(body.violations).toMatchObject([
      { code: 'booking.overlap', date: date(1), ...evening(1), message: 'This slot is taken.' },
    ]);
    const [refused] = body['occurrences'] as SkippedOccurrenceDto[];
    expect(refused).toMatchObject({ date: date(1), code: 'booking.overlap' });
    const [offered] = refused?.alternatives as SlotDto[];
    expect(await rowsOf(machineId)).toHaveLength(1);
    expect(
      await app.database.rows('SELECT 1 FROM booking_series WHERE machine_id = $1', [machineId]),
    ).toEqual([]);
    expect((await member.post('/bookings', offered)).status).toBe(201);
  });

  it('is placed without what is taken or against the rules, where one asks for that', async () => {
    const lab = [{ days: ['mon', 'tue', 'thu'], opens: '08:00', closes: '22:00' }] as const;
    const { id: machineId } = await app.lab.machine({ openingHours: lab as never });
    await alone(machineId, 1);
    const rule = 'FREQ=DAILY;COUNT=4';
    const body = await placed({ machineId, rule, onConflict: 'skip' });
    expect(times(body.bookings)).toEqual([evening(0).startsAt, evening(3).startsAt]);
    expect(body.skipped).toMatchObject([
      { date: date(1), ...evening(1), code: 'booking.overlap' },
      {
        date: date(2),
        code: 'booking.rules',
        violations: [
          {
            code: 'booking.closed',
            overridable: true,
            message: expect.stringContaining('not open') as string,
          },
        ],
      },
    ]);
    for (const { alternatives } of body.skipped) expect(alternatives).not.toEqual([]);
    const { body: read } = await member.get<SeriesDto>(`/bookings/series/${body.id}`);
    expect(read.occurrences.map(({ booking }) => booking?.state ?? null)).toEqual([
      'confirmed',
      null,
      null,
      'confirmed',
    ]);
    const again = await place<Problem>({ machineId, rule, onConflict: 'skip' }, other);
    expect([again.status, again.body.code]).toEqual([422, 'series.rules']);
    expect(again.body.violations).toHaveLength(4);
  });

  it('is judged day by day: closures, horizon, and everything at once', async () => {
    const machineId = await machine({ horizon: 12 * day, maxDuration: hour });
    await app.database.run(
      `INSERT INTO lab_closures (id, lab_id, machine_id, starts_at, ends_at, reason)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, 'fermé')`,
      [app.lab.id, machineId, wallAt(date(1), '00:00'), wallAt(date(2), '00:00')],
    );
    const asked = { machineId, ...evening(0, '18:00', '19:30'), rule: 'FREQ=DAILY;COUNT=14' };
    const { status, body } = await place<Problem>(asked);
    expect([status, body.code]).toEqual([422, 'series.rules']);
    const at = (days: number) =>
      body.violations
        ?.filter((one) => (one as { date?: string }).date === date(days))
        .map(({ code }) => code);
    expect(at(0)).toEqual(['booking.too_long']);
    expect(at(1)).toEqual(['booking.too_long', 'booking.closed']);
    expect(at(13)).toEqual(['booking.too_long', 'booking.beyond_horizon']);
  });

  it.each([
    ['NOTHING', 400, 'series.rule_malformed'],
    ['FREQ=DAILY;BYMONTHDAY=99;COUNT=2', 400, 'series.rule_malformed'],
    ['FREQ=HOURLY;COUNT=2', 422, 'series.rule_unsupported'],
    ['FREQ=DAILY', 422, 'series.endless'],
    ['FREQ=DAILY;COUNT=201', 422, 'series.too_long'],
    ['FREQ=WEEKLY;BYDAY=TU;COUNT=2', 422, 'series.first_not_in_rule'],
  ])('is none by the rule %s', async (rule, status, code) => {
    const answer = await place<Problem>({ machineId: await machine(), rule });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).not.toContain('{');
  });

  it('is none where the request is malformed, for what is unknown, or for another', async () => {
    const machineId = await machine();
    const rule = 'FREQ=DAILY;COUNT=2';
    const refused = async (asked: object, by = member) => {
      const { status, body } = await place<Problem>({ machineId, rule, ...asked }, by);
      return [status, body.code];
    };
    expect(await refused({ rule: undefined })).toEqual([400, 'request.malformed']);
    expect(await refused({ onConflict: 'maybe' })).toEqual([400, 'request.malformed']);
    expect(await refused({ startsAt: '2027-03-02T18:00' })).toEqual([400, 'request.malformed']);
    expect(await refused({ endsAt: evening(0).startsAt })).toEqual([400, 'booking.interval']);
    expect(await refused({ state: 'confirmed' })).toEqual([400, 'request.malformed']);
    expect(await refused({ machineId: memberId })).toEqual([404, 'machine.unknown']);
    expect(await refused({ memberId: machineId })).toEqual([403, 'request.forbidden']);
    expect(await refused({ memberId: machineId }, manager)).toEqual([404, 'member.unknown']);
    expect(await refused({ override: true, overrideReason: 'non' })).toEqual([
      403,
      'request.forbidden',
    ]);
    expect(await refused({ override: true }, manager)).toEqual([400, 'request.malformed']);
    expect(await refused({ projectId: machineId })).toEqual([404, 'project.unknown']);
    expect(await rowsOf(machineId)).toEqual([]);
  });

  it('is placed by staff for a member, against the overridable rules with a reason', async () => {
    const machineId = await machine({ maxDuration: hour });
    const rule = 'FREQ=DAILY;COUNT=2';
    const override = { override: true, overrideReason: 'concours', memberId };
    const { bookings } = await placed({ machineId, rule, ...override }, manager);
    for (const booking of bookings) {
      expect(booking).toMatchObject({ memberId, mine: false, state: 'confirmed' });
      const [entry] = await auditOf(app.database, booking.id);
      expect(entry).toMatchObject({ action: 'booking.overridden', reason: 'concours' });
    }
  });

  it('counts its own occurrences: active ones, and hours of each week', async () => {
    const few = await machine({ maxActivePerMember: 2 });
    const asked = { rule: 'FREQ=DAILY;COUNT=3' };
    const over = await place<Problem>({ machineId: few, ...asked });
    expect(over.body.violations).toMatchObject([{ code: 'booking.too_many', date: date(2) }]);
    const weekly = await machine({ weeklyQuota: 5 * hour });
    const rule = 'FREQ=DAILY;COUNT=10';
    const { bookings, skipped } = await placed({ machineId: weekly, rule, onConflict: 'skip' });
    expect(times(bookings)).toEqual([0, 1, 7, 8].map((days) => evening(days).startsAt));
    expect(
      new Set(skipped.flatMap(({ violations }) => violations.map(({ code }) => code))),
    ).toEqual(new Set(['booking.weekly_quota']));
    const projectId = (
      await addProject(app.database, { labId: app.lab.id, name: 'Lampe', memberIds: [memberId] })
    ).id;
    const forProjects = await machine({ weeklyQuotaPerProject: 4 * hour });
    const project = await placed({ machineId: forProjects, rule, projectId, onConflict: 'skip' });
    expect(times(project.bookings)).toEqual([0, 1, 7, 8].map((days) => evening(days).startsAt));
    expect(project.bookings[0]).toMatchObject({ projectId });
  });

  it('ends with the training that ends in the middle of it', async () => {
    const training = await addTraining(app.database, { labId: app.lab.id, name: 'Laser' });
    const { id: machineId } = await app.lab.machine({ requiredTrainingId: training.id });
    const days = { validUntil: date(1) };
    await giveCertification(app.database, { memberId, trainingId: training.id, ...days }, bySystem);
    const rule = 'FREQ=DAILY;COUNT=4';
    const { status, body } = await place<Problem>({ machineId, rule });
    expect(status).toBe(422);
    expect(body.violations).toMatchObject(
      [2, 3].map((late) => ({ code: 'booking.training_required', date: date(late) })),
    );
    const { bookings } = await placed({ machineId, rule, onConflict: 'skip' });
    expect(times(bookings)).toEqual([0, 1].map((early) => evening(early).startsAt));
  });

  it('waits for the manager, each occurrence by its own length', async () => {
    const { bookings } = await placed({
      machineId: await machine({ approval: 'manager' }),
      rule: 'FREQ=DAILY;COUNT=2',
    });
    expect(bookings.map(({ state }) => state)).toEqual(['requested', 'requested']);
  });

  it('is placed once by the same key, and a refusal is remembered too', async () => {
    const machineId = await machine();
    const asked = { machineId, rule: 'FREQ=DAILY;COUNT=2' };
    const key = { 'idempotency-key': `${machineId}-1` };
    const answers = await Promise.all([1, 2, 3].map(() => place(asked, member, key)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await rowsOf(machineId)).toHaveLength(2);
    const refusals = await Promise.all(
      [1, 2].map(() => place<Problem>(asked, other, { 'idempotency-key': machineId })),
    );
    expect(refusals.map(({ status }) => status)).toEqual([409, 409]);
    expect(refusals[0]?.body['occurrences']).toEqual(refusals[1]?.body['occurrences']);
  });
});
