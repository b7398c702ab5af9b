import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { bringForward, comingDay, putBack } from '../builders/slots.js';
import { WaitingLine } from '../builders/waiting-line.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';

describe('a slot to which nobody comes', () => {
  let app: TestApp;
  let holder: Client;
  let line: WaitingLine;

  beforeAll(async () => {
    app = await startApp();
    holder = await app.as(await app.lab.member('member', 'Henri'));
    line = new WaitingLine(app);
  });
  afterAll(() => app.stop());

  const quarter = 900_000;
  /** Both want an hour and a half of now: there is room for one of them. */
  const twoInLine = async (machineId: string) => {
    const asked = { machineId, from: new Date().toISOString(), to: comingDay(2, 1) };
    const [first, second] = [await line.aMember(), await line.aMember()];
    const duration = 'PT1H30M';
    return {
      first: { ...first, wish: await line.wish(first.client, { ...asked, duration }) },
      second: { ...second, wish: await line.wish(second.client, { ...asked, duration }) },
    };
  };

  it('is freed after the grace, the first in line told and alone for ten minutes, then the next', async () => {
    const { id: machineId } = await app.lab.machine();
    const startsAt = new Date(Math.ceil(Date.now() / quarter) * quarter + quarter);
    const booking = await line.placed(holder, {
      machineId,
      startsAt: startsAt.toISOString(),
      duration: 'PT2H',
    });
    // After it, the machine is somebody’s for long: only the freed time is left.
    await line.placed(holder, {
      machineId,
      startsAt: new Date(startsAt.getTime() + 8 * quarter).toISOString(),
      duration: 'PT72H',
    });
    const { first, second } = await twoInLine(machineId);
    // Confirmed an hour ago, begun 16 minutes ago: the times in the database are moved instead.
    await putBack(app.database, booking.id, (startsAt.getTime() - Date.now()) / 1_000 + 16 * 60);
    await app.database.run(
      `UPDATE booking_history SET at = at - interval '1 hour' WHERE booking_id = $1`,
      [booking.id],
    );
    await bringForward(app.database, `booking:${booking.id}`);

    const offer = await line.offered(first.client, first.wish);
    expect((await holder.get<BookingDto>(`/bookings/${booking.id}`)).body.state).toBe('missed');
    expect((await line.told(first.id)).map(({ subjectId }) => subjectId)).toEqual([
      offer.bookingId,
    ]);
    const minutes = (Date.parse(offer.holdUntil ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(8);
    expect(minutes).toBeLessThanOrEqual(10.1);
    await line.settled();
    expect((await line.stateOf(second.client, second.wish)).state).toBe('waiting');
    const jumped = await holder.post('/bookings', { machineId, duration: 'PT15M' });
    expect(jumped.body.code).toBe('booking.overlap');

    await app.database.run(
      `UPDATE bookings SET hold_until = now() - interval '1 second' WHERE id = $1`,
      [offer.bookingId],
    );
    await bringForward(app.database, `booking:${offer.bookingId}`);
    const next = await line.offered(second.client, second.wish);
    expect((await line.told(second.id)).map(({ subjectId }) => subjectId)).toEqual([
      next.bookingId,
    ]);
    expect((await line.stateOf(first.client, first.wish)).state).toBe('waiting');
    const taken = await second.client.post<BookingDto>(`/waiting-list/${second.wish.id}/take`);
    expect(taken.body).toMatchObject({ state: 'confirmed', memberId: second.id });
  });

  it('goes the same way in real time, where grace and offer are short', async () => {
    const rules = { checkInGrace: 1, offerHold: 2 };
    const { id: machineId } = await app.lab.machine({ rules });
    const end = Math.ceil(Date.now() / quarter) * quarter + 8 * quarter;
    const endsAt = new Date(end).toISOString();
    const booking = await line.placed(holder, { machineId, endsAt });
    await line.placed(holder, { machineId, startsAt: endsAt, duration: 'PT72H' });
    const { first, second } = await twoInLine(machineId);
    const offer = await line.offered(first.client, first.wish);
    expect((await holder.get<BookingDto>(`/bookings/${booking.id}`)).body.state).toBe('missed');
    const next = await line.offered(second.client, second.wish);
    const states = await app.database.rows<{ id: string; state: string; kind: string }>(
      'SELECT id, state, kind FROM bookings WHERE machine_id = $1 ORDER BY id',
      [machineId],
    );
    expect(states).toContainEqual({ id: booking.id, state: 'missed', kind: 'booking' });
    expect(states).toContainEqual({ id: offer.bookingId, state: 'expired', kind: 'offer' });
    expect(next.bookingId).not.toBe(offer.bookingId);
  });
});
