import type { BookingDto } from '../../src/bookings/bookings.dto.js';
import { startApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import type { TestMachine } from '../builders/lab.js';

describe('a POST with an Idempotency-Key', () => {
  let app: TestApp;
  let machine: TestMachine;
  let memberId: string;
  let member: Client;
  let day = 0;

  beforeAll(async () => {
    app = await startApp();
    machine = await app.lab.machine();
    memberId = await app.lab.member();
    member = await app.as(memberId);
  });
  afterAll(() => app.stop());

  /** A slot that no other test here asks for. */
  const slot = (duration = 'PT1H') => ({
    machineId: machine.id,
    startsAt: new Date(Math.ceil(Date.now() / 86_400_000 + (day += 1)) * 86_400_000).toISOString(),
    duration,
  });
  const key = (name: string) => ({ 'idempotency-key': name });
  const bookingsOf = async (id: string) =>
    (
      await app.database.row<{ count: number }>(
        'SELECT count(*)::int AS count FROM bookings WHERE member_id = $1',
        [id],
      )
    )?.count;

  it('has one effect and one answer, byte for byte, when 50 copies come at once', async () => {
    const eager = await app.lab.member();
    const client = await app.as(eager);
    const asked = slot();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const response = await fetch(`${app.base}/api/v1/bookings`, {
          method: 'POST',
          body: JSON.stringify(asked),
          headers: {
            ...client.headers(),
            ...key('fifty'),
            'content-type': 'application/json',
          },
        });
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^201 /);
    expect(await bookingsOf(eager)).toBe(1);
  });

  it('replays the first answer to a copy that comes late, and says so', async () => {
    const asked = slot();
    const first = await member.post<BookingDto>('/bookings', asked, key('late'));
    await member.post(`/bookings/${first.body.id}/cancel`);
    const again = await member.post<BookingDto>('/bookings', asked, key('late'));
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is refused for another body, another path and a key without measure', async () => {
    const asked = slot();
    await member.post('/bookings', asked, key('other'));
    const otherBody = await member.post('/bookings', { ...asked, purpose: 'x' }, key('other'));
    expect([otherBody.status, otherBody.body.code]).toEqual([422, 'idempotency.mismatch']);
    const otherPath = await member.post('/bookings?x=1', asked, key('other'));
    expect(otherPath.body.code).toBe('idempotency.mismatch');
    expect((await member.post('/bookings', asked, key('k'.repeat(256)))).status).toBe(400);
  });

  it('replays a refusal, even where the cause is gone', async () => {
    const asked = slot();
    const holder = await (
      await app.as(await app.lab.member())
    ).post<BookingDto>('/bookings', asked);
    const refused = await member.post('/bookings', asked, key('refused'));
    expect(refused.status).toBe(409);
    expect(refused.body['alternatives']).not.toHaveLength(0);
    await app.database.run(`UPDATE bookings SET state = 'cancelled' WHERE id = $1`, [
      holder.body.id,
    ]);
    const again = await member.post('/bookings', asked, key('refused'));
    expect({ ...again.body, requestId: '' }).toEqual({ ...refused.body, requestId: '' });
    expect((await member.post('/bookings', asked, key('a new one'))).status).toBe(201);
  });

  it('replays the violations of a rule too', async () => {
    const asked = slot('PT1M');
    const refused = await member.post('/bookings', asked, key('rules'));
    const again = await member.post('/bookings', asked, key('rules'));
    expect(refused.status).toBe(422);
    expect(again.body.violations).toEqual(refused.body.violations);
  });

  it('belongs to the member who sent it', async () => {
    const asked = slot();
    await member.post('/bookings', asked, key('shared'));
    const other = await app.as(await app.lab.member());
    expect((await other.post('/bookings', asked, key('shared'))).status).toBe(409);
  });

  it('may be tried again after a fault of ours', async () => {
    const asked = slot();
    await app.database.run('ALTER TABLE booking_history RENAME TO hidden_for_a_moment');
    const failed = await member.post('/bookings', asked, key('fault'));
    await app.database.run('ALTER TABLE hidden_for_a_moment RENAME TO booking_history');
    expect(failed.status).toBe(500);
    expect((await member.post('/bookings', asked, key('fault'))).status).toBe(201);
  });

  it('is not needed: without one every copy counts', async () => {
    const asked = slot();
    expect((await member.post('/bookings', asked)).status).toBe(201);
    expect((await member.post('/bookings', asked)).status).toBe(409);
  });
});
