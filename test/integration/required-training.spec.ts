import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import type { ProposalsDto } from '../../src/jobs/jobs.dto.js';
import type { MachineDto } from '../../src/machines/machines.dto.js';
import { bySystem } from '../../src/people/actor.js';
import { giveCertification, revokeCertification } from '../../src/people/certifications.js';
import { addTraining } from '../../src/people/trainings.js';
import { queuedJob } from '../builders/job.js';
import { aLab } from '../builders/lab.js';
import { comingDay } from '../builders/slots.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import { auditOf } from '../support/audit.js';
import type { Client, Problem } from '../support/client.js';

/** The day so many days from now, in UTC and, at noon, in Paris too. */
const day = (days: number) => comingDay(days, 12).slice(0, 10);

describe('a machine that requires a training', () => {
  let app: TestApp;
  let manager: Client;
  let trainingId: string;
  let machineId: string;

  beforeAll(async () => {
    app = await startApp();
    manager = await app.as(await app.lab.member('lab_manager'));
    const training = { labId: app.lab.id, name: 'Sécurité laser' };
    trainingId = (await addTraining(app.database, training)).id;
    machineId = (await app.lab.machine({ requiredTrainingId: trainingId })).id;
  });
  afterAll(() => app.stop());

  const certify = (memberId: string, days: { validFrom?: string; validUntil?: string } = {}) =>
    giveCertification(app.database, { memberId, trainingId, ...days }, bySystem);
  const aMember = async () => {
    const id = await app.lab.member();
    return { id, client: await app.as(id) };
  };
  const place = (client: Client, startsAt: string, more: object = {}) =>
    client.post<BookingDto & Problem>('/bookings', {
      machineId,
      startsAt,
      duration: 'PT1H',
      ...more,
    });
  const refusal = {
    code: 'booking.training_required',
    overridable: true,
    trainingId: expect.any(String) as string,
    training: 'Sécurité laser',
  };

  it('says so', async () => {
    const { client } = await aMember();
    const { body } = await client.get<MachineDto>(`/machines/${machineId}`);
    expect(body.requiredTraining).toEqual({ id: trainingId, name: 'Sécurité laser' });
    const free = await app.lab.machine();
    const other = await client.get<MachineDto>(`/machines/${free.id}`);
    expect(other.body.requiredTraining).toBeNull();
  });

  it('is refused to a member without it, in words that name it, and offers only what they may use', async () => {
    const { client } = await aMember();
    const free = await app.lab.machine();
    const { status, body } = await place(client, comingDay(2, 10));
    expect([status, body.code]).toEqual([422, 'booking.rules']);
    expect(body.violations).toMatchObject([
      { ...refusal, message: expect.stringContaining('“Sécurité laser”') as string },
    ]);
    const offered = (body['alternatives'] as { machineId: string }[]).map((slot) => slot.machineId);
    expect(new Set(offered)).not.toContain(machineId);
    expect(offered).toContain(free.id);
  });

  it('is judged by the booked day, not by the day of asking', async () => {
    const { id, client } = await aMember();
    await certify(id, { validFrom: day(3), validUntil: day(10) });
    const at = async (days: number) => (await place(client, comingDay(days, 13))).status;
    expect(await at(2)).toBe(422);
    expect(await at(3)).toBe(201);
    expect(await at(10)).toBe(201);
    expect(await at(12)).toBe(422);
  });

  it('is judged by the days of the lab for the whole of the booking', async () => {
    const lab = await aLab(app.database, { timeZone: 'Pacific/Kiritimati' });
    const training = await addTraining(app.database, { name: 'Partout' });
    const far = await lab.machine({ requiredTrainingId: training.id });
    const { id, client } = await aMember();
    const valid = { validFrom: day(1), validUntil: day(20) };
    await giveCertification(
      app.database,
      { memberId: id, trainingId: training.id, ...valid },
      bySystem,
    );
    // Fourteen hours ahead of UTC: the last day there ends at ten in the morning.
    const asked = async (startsAt: string, duration: string) =>
      (await client.post('/bookings', { machineId: far.id, startsAt, duration })).status;
    expect(await asked(comingDay(20, 9), 'PT1H15M')).toBe(422);
    expect(await asked(comingDay(20, 9), 'PT1H')).toBe(201);
  });

  it('is refused once the certification was revoked, also for a move', async () => {
    const { id, client } = await aMember();
    const { id: certificationId } = await certify(id);
    const placed = await place(client, comingDay(4, 16));
    expect(placed.status).toBe(201);
    await revokeCertification(app.database, certificationId, bySystem, 'Fire');
    expect((await place(client, comingDay(5, 16))).body.violations).toMatchObject([refusal]);
    const moved = await client.patch(`/bookings/${placed.body.id}`, {
      startsAt: comingDay(5, 16),
    });
    expect(moved.body.violations).toMatchObject([refusal]);
    const [, revoked] = await auditOf(app.database, certificationId);
    expect(revoked).toMatchObject({ action: 'certification.revoked', reason: 'Fire' });
  });

  it('may be had against the rule by staff, who say why', async () => {
    const { id, client } = await aMember();
    const startsAt = comingDay(6, 16);
    expect((await place(manager, startsAt, { memberId: id })).body.violations).toMatchObject([
      refusal,
    ]);
    const override = { memberId: id, override: true, overrideReason: 'Shown this morning' };
    const { status, body } = await place(manager, startsAt, override);
    expect([status, body.memberId]).toEqual([201, id]);
    expect((await place(client, startsAt, { override: true })).status).toBe(403);
  });

  it('is proposed for a job on the days its member holds the training', async () => {
    const lab = await aLab(app.database);
    const training = await addTraining(app.database, { name: 'Tour', labId: lab.id });
    const about = { machineType: 'cnc_mill', requiredTrainingId: training.id } as const;
    const [restricted, free] = [
      await lab.machine(about),
      await lab.machine({ machineType: 'cnc_mill' }),
    ];
    const { id, client } = await aMember();
    const jobId = await queuedJob(app, { memberId: id, machineId: free.id });
    await app.database.run(
      `UPDATE jobs SET booking_id = NULL, machine_type = 'cnc_mill' WHERE id = $1`,
      [jobId],
    );
    const proposed = async () => {
      const { body } = await client.get<ProposalsDto>(`/jobs/${jobId}/proposals`);
      return new Set(body.items.map((slot) => slot.machineId));
    };
    expect(await proposed()).toEqual(new Set([free.id]));
    await giveCertification(app.database, { memberId: id, trainingId: training.id }, bySystem);
    expect(await proposed()).toEqual(new Set([free.id, restricted.id]));
  });

  it('requires one of its own lab, or of every lab', async () => {
    const lab = await aLab(app.database);
    const asked = { labId: lab.id, slug: 'foreign', name: 'x', machineType: 'other' };
    const foreign = await manager.post('/machines', { ...asked, requiredTrainingId: trainingId });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'training.unknown']);
    const { id } = await addTraining(app.database, { name: 'Partout' });
    const shared = await manager.post<MachineDto>('/machines', {
      ...asked,
      requiredTrainingId: id,
    });
    expect(shared.body.requiredTraining?.id).toBe(id);
    const change = (to: string | null) =>
      manager.patch<MachineDto & Problem>(`/machines/${shared.body.id}`, {
        requiredTrainingId: to,
      });
    expect((await change(trainingId)).body.code).toBe('training.unknown');
    expect((await change(null)).body.requiredTraining).toBeNull();
    expect((await change(id)).body.requiredTraining?.id).toBe(id);
  });
});

describe('a training that ends on 31 December', () => {
  it('refuses 2 January when asked in December, and takes 31 December', async () => {
    const app = await startApp({ at: '2026-12-20T09:00:00.000Z' });
    try {
      const training = await addTraining(app.database, { labId: app.lab.id, name: 'Laser' });
      const { id: machineId } = await app.lab.machine({ requiredTrainingId: training.id });
      const memberId = await app.lab.member();
      const member = await app.as(memberId);
      const days = { validFrom: '2026-01-01', validUntil: '2026-12-31' };
      await giveCertification(
        app.database,
        { memberId, trainingId: training.id, ...days },
        bySystem,
      );
      const asked = (startsAt: string) =>
        member.post<BookingDto & Problem>('/bookings', { machineId, startsAt, duration: 'PT1H' });
      const { status, body } = await asked('2027-01-02T10:00:00.000Z');
      expect([status, body.violations?.map(({ code }) => code)]).toEqual([
        422,
        ['booking.training_required'],
      ]);
      expect((await asked('2026-12-31T10:00:00.000Z')).status).toBe(201);
      // The lab’s clocks are an hour ahead: its year is over at eleven in the evening.
      expect((await asked('2026-12-31T22:00:00.000Z')).status).toBe(201);
      expect((await asked('2026-12-31T23:00:00.000Z')).status).toBe(422);
    } finally {
      await app.stop();
    }
  });
});
