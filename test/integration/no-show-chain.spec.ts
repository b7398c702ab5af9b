import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { comingDay } from '../builders/slots.js';
import { WaitingLine } from '../builders/waiting-line.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { settled } from '../support/settled.js';

describe('a slot to which nobody comes, by a clock that a test moves', () => {
  let app: TestApp;
  let holder: Client;
  let line: WaitingLine;

  // Nine in the morning of a Wednesday in Paris.
  const at = (time: string) => `2027-03-10T${time}:00.000Z`;

  beforeAll(async () => {
    app = await startApp({ at: at('08:00') });
    holder = await app.as(await app.lab.member('member', 'Henri'));
    line = new WaitingLine(app);
  });
  afterAll(() => app.stop());

  const clockShows = async (time: string) => {
    await app.time.to(new Date(at(time)));
    await settled(app);
  };

  it('is freed when the grace of 15 minutes ends; the first in line has it alone for ten, then the next', async () => {
    const { id: machineId } = await app.lab.machine();
    const afternoon = { machineId, startsAt: at('14:00'), duration: 'PT2H' };
    const booking = await line.placed(holder, afternoon);
    // After it the machine is somebody’s until late: only the freed time is left.
    await line.placed(holder, { machineId, startsAt: at('16:00'), duration: 'PT7H' });
    const wanted = { machineId, from: at('14:00'), to: at('23:00'), duration: 'PT1H30M' };
    const [first, second, passer] = [
      await line.aMember(),
      await line.aMember(),
      await line.aMember(),
    ];
    const wishes = [
      await line.wish(first.client, wanted),
      await line.wish(second.client, wanted),
    ] as const;
    const stateOf = async (id: string) =>
      (await holder.get<BookingDto>(`/bookings/${id}`)).body.state;
    const waits = async (who: typeof first, wish: { id: string }) =>
      expect((await line.stateOf(who.client, wish)).state).toBe('waiting');

    await clockShows('14:14');
    expect(await stateOf(booking.id)).toBe('confirmed');
    await waits(first, wishes[0]);
    expect(await line.told(first.id)).toEqual([]);

    await clockShows('14:15');
    expect(await stateOf(booking.id)).toBe('missed');
    const offer = await line.offered(first.client, wishes[0]);
    expect(offer).toMatchObject({
      machineId,
      startsAt: at('14:15'),
      endsAt: at('15:45'),
      holdUntil: at('14:25'),
    });
    expect(await line.told(first.id)).toEqual([{ subjectId: offer.bookingId }]);
    await waits(second, wishes[1]);

    await clockShows('14:24');
    const jumped = await passer.client.post('/bookings', { machineId, duration: 'PT15M' });
    expect([jumped.status, jumped.body.code]).toEqual([409, 'booking.overlap']);
    await waits(second, wishes[1]);
    expect(await line.told(second.id)).toEqual([]);

    await clockShows('14:25');
    const next = await line.offered(second.client, wishes[1]);
    expect(next).toMatchObject({ startsAt: at('14:25'), endsAt: at('15:55') });
    expect(await line.told(second.id)).toEqual([{ subjectId: next.bookingId }]);
    // Still in line, for other time: this was let pass.
    await waits(first, wishes[0]);
    const late = await first.client.post(`/waiting-list/${wishes[0].id}/take`);
    expect([late.status, late.body.code]).toEqual([409, 'wish.state']);
    const taken = await second.client.post<BookingDto>(`/waiting-list/${wishes[1].id}/take`);
    expect(taken.body).toMatchObject({ state: 'confirmed', memberId: second.id });
  });

  it('gains no grace by another end, nor by a cancel that is taken back', async () => {
    const [resized, restored] = [await app.lab.machine(), await app.lab.machine()];
    const evening = { startsAt: at('18:00'), duration: 'PT2H' };
    const bookings = [
      await line.placed(holder, { machineId: resized.id, ...evening }),
      await line.placed(holder, { machineId: restored.id, ...evening }),
    ] as const;
    await clockShows('18:14');
    await holder.patch(`/bookings/${bookings[0].id}`, { duration: 'PT3H' });
    await holder.post(`/bookings/${bookings[1].id}/cancel`);
    const undone = await holder.post<BookingDto>(`/bookings/${bookings[1].id}/undo`);
    expect(undone.body.state).toBe('confirmed');
    await clockShows('18:15');
    for (const { id } of bookings)
      expect((await holder.get<BookingDto>(`/bookings/${id}`)).body.state).toBe('missed');
  });
});

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
