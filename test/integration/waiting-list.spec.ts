import { v7 as uuid } from 'uuid';
import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { OfferFreedTime } from '../../src/bookings/waiting-list/offer-freed-time.js';
import type { WishDto } from '../../src/bookings/waiting-list/waiting-list.dto.js';
import { bySystem } from '../../src/people/actor.js';
import { giveCertification } from '../../src/people/certifications.js';
import { addTraining } from '../../src/people/trainings.js';
import { bringForward, comingDay } from '../builders/slots.js';
import { WaitingLine } from '../builders/waiting-line.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';

describe('the waiting list', () => {
  let app: TestApp;
  let manager: Client;
  let holder: Client;
  let line: WaitingLine;

  beforeAll(async () => {
    app = await startApp();
    manager = await app.as(await app.lab.member('lab_manager'));
    holder = await app.as(await app.lab.member('member', 'Henri'));
    line = new WaitingLine(app);
  });
  afterAll(() => app.stop());

  const morning = (machineId: string) => ({
    machineId,
    startsAt: comingDay(2, 10),
    endsAt: comingDay(2, 12),
  });
  const placed = (asked: object, by = holder) => line.placed(by, asked);
  const cancel = (id: string, by = holder) => by.post(`/bookings/${id}/cancel`);

  it('offers freed time to the first in line alone, who makes it a booking', async () => {
    const { id: machineId } = await app.lab.machine();
    const booking = await placed(morning(machineId));
    const [first, second, passer] = [
      await line.aMember(),
      await line.aMember(),
      await line.aMember(),
    ];
    const wishes = [
      await line.wish(first.client, { machineId, purpose: 'Vase' }),
      await line.wish(second.client, { machineId }),
    ] as const;
    await cancel(booking.id);
    const offer = await line.offered(first.client, wishes[0]);
    expect(offer).toMatchObject({
      machineId,
      startsAt: comingDay(2, 10),
      endsAt: comingDay(2, 12),
    });
    const held = (Date.parse(offer.holdUntil ?? '') - Date.now()) / 60_000;
    expect(held).toBeGreaterThan(8);
    expect(held).toBeLessThanOrEqual(10.1);
    expect((await line.told(first.id)).map(({ subjectId }) => subjectId)).toEqual([
      offer.bookingId,
    ]);

    // Nobody else has it: not by booking, not by another’s offer.
    const jumped = await passer.client.post('/bookings', morning(machineId));
    expect([jumped.status, jumped.body.code]).toEqual([409, 'booking.overlap']);
    const others = await second.client.post(`/waiting-list/${wishes[0].id}/take`);
    expect([others.status, others.body.code]).toEqual([404, 'wish.unknown']);
    expect((await line.stateOf(second.client, wishes[1])).state).toBe('waiting');
    expect((await second.client.post(`/waiting-list/${wishes[1].id}/take`)).body.code).toBe(
      'wish.state',
    );

    const taken = await first.client.post<BookingDto>(`/waiting-list/${wishes[0].id}/take`);
    expect(taken.status).toBe(200);
    expect(taken.body).toMatchObject({
      id: offer.bookingId,
      kind: 'booking',
      state: 'confirmed',
      memberId: first.id,
      purpose: 'Vase',
      mine: true,
    });
    expect(taken.body.history?.map(({ state }) => state)).toEqual(['requested', 'confirmed']);
    expect((await line.stateOf(first.client, wishes[0])).state).toBe('taken');
    const again = await first.client.post(`/waiting-list/${wishes[0].id}/take`);
    expect([again.status, again.body.code]).toEqual([409, 'wish.state']);
  });

  it('goes on to the next when the offer runs out, by PostgreSQL’s clock', async () => {
    const { id: machineId } = await app.lab.machine();
    const booking = await placed(morning(machineId));
    const [first, second] = [await line.aMember(), await line.aMember()];
    const wishes = [
      await line.wish(first.client, { machineId }),
      await line.wish(second.client, { machineId }),
    ] as const;
    await cancel(booking.id);
    const offer = await line.offered(first.client, wishes[0]);
    // The step comes too early: nothing happens before the time is over.
    await bringForward(app.database, `booking:${offer.bookingId}`);
    await app.database.run(
      `UPDATE bookings SET hold_until = now() - interval '1 second' WHERE id = $1`,
      [offer.bookingId],
    );
    const late = await first.client.post(`/waiting-list/${wishes[0].id}/take`);
    expect([late.status, late.body.code]).toEqual([409, 'wish.state']);
    await bringForward(app.database, `booking:${offer.bookingId}`);
    const next = await line.offered(second.client, wishes[1]);
    expect(next.startsAt).toBe(offer.startsAt);
    expect((await line.told(second.id)).map(({ subjectId }) => subjectId)).toEqual([
      next.bookingId,
    ]);
    // Still in line, for other time: this was let pass and is not offered again.
    expect((await line.stateOf(first.client, wishes[0])).state).toBe('waiting');
    const { body } = await second.client.post<WishDto>(`/waiting-list/${wishes[1].id}/decline`);
    expect(body).toMatchObject({ state: 'waiting', offer: null });
    await line.settled();
    expect((await line.stateOf(first.client, wishes[0])).state).toBe('waiting');
    expect((await line.told(first.id)).length).toBe(1);
    await placed(morning(machineId));
  });

  it('passes those by whom the time does not fit, and gives them what is left', async () => {
    const { id: machineId } = await app.lab.machine();
    const [long, short, rest] = [await line.aMember(), await line.aMember(), await line.aMember()];
    const booking = await placed(morning(machineId));
    await placed({ machineId, startsAt: comingDay(2, 7), endsAt: comingDay(2, 10) });
    await placed({ machineId, startsAt: comingDay(2, 12), endsAt: comingDay(2, 15) });
    const tooLong = await line.wish(long.client, { machineId, duration: 'PT3H' });
    const fits = await line.wish(short.client, { machineId, duration: 'PT45M' });
    const left = await line.wish(rest.client, { machineId, duration: 'PT1H' });
    await cancel(booking.id);
    expect((await line.offered(short.client, fits)).startsAt).toBe(comingDay(2, 10));
    expect((await line.offered(rest.client, left)).startsAt).toBe(comingDay(2, 10.75));
    await line.settled();
    expect((await line.stateOf(long.client, tooLong)).state).toBe('waiting');
  });

  it('offers no more than a booking of the member would be allowed', async () => {
    const training = await addTraining(app.database, { name: 'Tour', labId: app.lab.id });
    const { id: machineId } = await app.lab.machine({ requiredTrainingId: training.id });
    const [untrained, trained] = [await line.aMember(), await line.aMember()];
    await giveCertification(
      app.database,
      { trainingId: training.id, memberId: trained.id },
      bySystem,
    );
    const override = { override: true, overrideReason: 'Démonstration' };
    const booking = await placed({ ...morning(machineId), ...override }, manager);
    const wishes = [
      await line.wish(untrained.client, { machineId }),
      await line.wish(trained.client, { machineId }),
    ] as const;
    await cancel(booking.id, manager);
    await line.offered(trained.client, wishes[1]);
    expect((await line.stateOf(untrained.client, wishes[0])).state).toBe('waiting');
  });

  it('waits for any machine of a type, and asks the manager where the machine needs one', async () => {
    const about = { machineType: 'vinyl_cutter', rules: { approval: 'manager' } } as const;
    const [one, other] = [await app.lab.machine(about), await app.lab.machine(about)];
    const bookings = [await placed(morning(one.id)), await placed(morning(other.id))] as const;
    const { client } = await line.aMember();
    const asked = await line.wish(client, { machineType: 'vinyl_cutter' });
    // Both are freed at once: one wish has one offer.
    await Promise.all(bookings.map(({ id }) => cancel(id)));
    const offer = await line.offered(client, asked);
    await line.settled();
    const offers = await app.database.rows(`SELECT 1 FROM waiting_offers WHERE wish_id = $1`, [
      asked.id,
    ]);
    expect(offers).toHaveLength(1);
    // An offer is nobody’s request yet.
    const approved = await manager.post(`/bookings/${offer.bookingId}/approve`);
    expect([approved.status, approved.body.code]).toEqual([409, 'booking.state']);
    const taken = await client.post<BookingDto>(`/waiting-list/${asked.id}/take`);
    expect(taken.body.state).toBe('requested');
    const confirmed = await manager.post<BookingDto>(`/bookings/${offer.bookingId}/approve`);
    expect(confirmed.body).toMatchObject({ kind: 'booking', state: 'confirmed' });
  });

  it.each(['reject', 'move', 'complete'] as const)('hears of time freed by: %s', async (how) => {
    const approval = how === 'reject' ? 'manager' : 'auto';
    const { id: machineId } = await app.lab.machine({ rules: { approval } });
    const { client } = await line.aMember();
    if (how === 'complete') {
      const booking = await placed({ machineId, duration: 'PT8H' });
      const soon = { from: new Date().toISOString(), to: comingDay(3, 0), duration: 'PT15M' };
      const asked = await line.wish(client, { machineId, ...soon });
      await holder.post(`/bookings/${booking.id}/check-in`);
      await holder.post(`/bookings/${booking.id}/check-out`);
      await line.offered(client, asked);
      return;
    }
    const booking = await placed(morning(machineId));
    const asked = await line.wish(client, { machineId });
    const { status } =
      how === 'reject'
        ? await manager.post(`/bookings/${booking.id}/reject`, { reason: 'x' })
        : await holder.patch(`/bookings/${booking.id}`, {
            startsAt: comingDay(4, 10),
            duration: 'PT2H',
          });
    expect(status).toBe(200);
    expect((await line.offered(client, asked)).startsAt).toBe(comingDay(2, 10));
  });

  it('makes one offer, however many workers hear of the same time, and as often as they do', async () => {
    const { id: machineId } = await app.lab.machine();
    const { client, id } = await line.aMember();
    const booking = await placed(morning(machineId));
    const asked = await line.wish(client, { machineId });
    const beside = await startApp({ beside: app });
    try {
      const freedId = uuid();
      await app.database.run(
        `INSERT INTO freed_times (id, machine_id, from_at, to_at) VALUES ($1, $2, $3, $4)`,
        [freedId, machineId, booking.startsAt, booking.endsAt],
      );
      await cancel(booking.id);
      const workers = [app, beside].map((one) => one.nest.get(OfferFreedTime, { strict: false }));
      await Promise.all(
        [...workers, ...workers, ...workers].map((worker) => worker.onFreed({ freedId })),
      );
      await line.offered(client, asked);
      expect(await line.told(id)).toHaveLength(1);
      const rows = await app.database.rows(
        `SELECT 1 FROM bookings WHERE machine_id = $1 AND kind = 'offer'`,
        [machineId],
      );
      expect(rows).toHaveLength(1);
    } finally {
      await beside.stop();
    }
  });

  it('is left by whoever withdraws, and what they were offered goes on', async () => {
    const { id: machineId } = await app.lab.machine();
    const [first, second] = [await line.aMember(), await line.aMember()];
    const booking = await placed(morning(machineId));
    const wishes = [
      await line.wish(first.client, { machineId }),
      await line.wish(second.client, { machineId }),
    ] as const;
    await cancel(booking.id);
    await line.offered(first.client, wishes[0]);
    expect((await second.client.delete(`/waiting-list/${wishes[0].id}`)).status).toBe(404);
    expect((await first.client.delete(`/waiting-list/${wishes[0].id}`)).status).toBe(204);
    await line.offered(second.client, wishes[1]);
    expect((await line.stateOf(first.client, wishes[0])).state).toBe('withdrawn');
    expect((await first.client.delete(`/waiting-list/${wishes[0].id}`)).status).toBe(409);
  });
});
